import Backtesting
import Foundation
import Indicators
import Markets
import MerkleLog
import Signals
import Synchronization
import TestKit
import Testing

/// The live way goes candle by candle through the publisher, which asks the market's history at each hour's close; the
/// other way is a backtest over the whole series at once.
@Suite("Live and in a backtest")
struct LiveParityTests {
    /// What was said, in terms that both ways have.
    private struct Said: Hashable {
        var symbol: String
        /// The close of its candle.
        var time: MarketTime
        var isLong: Bool
        var risk: Double
        var confidence: Int
    }

    private static let book = Result { try SignalModelBook.shipped() }
    private static let hour = CandleInterval.oneHour.milliseconds

    /// Digits as a venue gives them: what both ways read is the same candle.
    private static func candle(_ values: CandleValues, of name: String) throws -> Candle {
        func fixed(_ value: Double) throws -> FixedPoint { try #require(FixedPoint(rounding: value, places: 8)) }
        return Candle(
            symbol: try #require(Symbol(name + Symbol.perpetualSuffix)),
            interval: .oneHour,
            openTime: values.openTime,
            open: Price(try fixed(values.open)),
            high: Price(try fixed(values.high)),
            low: Price(try fixed(values.low)),
            close: Price(try fixed(values.close)),
            volume: Quantity(try fixed(values.volume)),
            quoteVolume: .zero,
            trades: 1,
            isClosed: true
        )
    }

    /// What the publisher publishes at the end of each hour of a day, nothing being under way.
    private func live(
        _ strategy: SignalStrategy,
        _ market: [Symbol: [Candle]],
        _ day: Range<Int64>
    ) async throws -> Set<Said> {
        let published = Mutex<[Signal]>([])
        let leaf = try #require(MerkleHash(hex: String(repeating: "0", count: 64)))
        let record = SignalRecord(
            publish: { signal, _ in
                published.withLock { signals in
                    signals.append(signal)
                    return RecordPlace(index: Int64(signals.count), leaf: leaf)
                }
            },
            conclude: { _, _, _ in nil },
            head: { RecordHead(size: 0, root: leaf) },
            entries: { _, _ in [] },
            checkpoints: { [] },
            latest: { nil },
            leaves: { _ in [] },
            keep: { _ in },
            keys: { [] },
            signals: { _, _ in [] },
            recent: { _ in [] },
            // So many that the confidence is shown.
            outcomes: { _, _ in 1_000 }
        )
        var limits = SignalDesk.Limits()
        limits.mostOfOneDirection = .max
        let publisher = try #require(
            SignalPublisher(
                venue: .binance,
                book: try Self.book.get(),
                strategies: [strategy],
                record: record,
                limits: limits
            ) { symbol, from, count in
                (market[symbol] ?? []).filter {
                    $0.openTime >= from && $0.openTime.since(from) < Int64(count) * Self.hour
                }
            }
        )
        for close in stride(from: day.lowerBound + Self.hour, through: day.upperBound, by: Int(Self.hour)) {
            _ = try await publisher.publish(at: MarketTime(milliseconds: close + 10_000))
        }
        return Set(
            published.withLock { $0 }.map { signal in
                Said(
                    symbol: signal.symbol.text,
                    time: signal.createdAt,
                    isLong: signal.levels.direction == .buy,
                    risk: signal.levels.risk,
                    confidence: signal.confidence ?? -1
                )
            }
        )
    }

    /// What a backtest of each symbol over the whole series says of that day.
    private func backtested(
        _ strategy: SignalStrategy,
        _ market: [Symbol: [Candle]],
        _ day: Range<Int64>
    ) throws -> Set<Said> {
        let book = try Self.book.get()
        let universe = try book.universe.map { name in
            let symbol = try #require(Symbol(name + Symbol.perpetualSuffix))
            return CandleColumns((market[symbol] ?? []).map { CandleValues($0) })
        }
        var said: Set<Said> = []
        for (index, name) in book.universe.enumerated() {
            let generated = GeneratedSignals(
                strategy,
                of: index,
                book: book,
                leastProbability: nil,
                universe: universe
            )
            let candles = universe[index]
            for signal in generated.signals(over: candles) {
                let opened = candles.openTimes[signal.candle]
                guard day.contains(opened.milliseconds), case .enter(let plan) = signal.action else { continue }
                said.insert(
                    Said(
                        symbol: name + Symbol.perpetualSuffix,
                        time: opened.adding(milliseconds: Self.hour),
                        isLong: plan.side == .long,
                        risk: plan.stop,
                        confidence: Int((100 * (plan.confidence ?? -1)).rounded())
                    )
                )
            }
        }
        return said
    }

    private func strategy(_ name: String) throws -> SignalStrategy {
        try #require(SignalStrategy.shipped.first { $0.name == name })
    }

    @Test("A day of a random market has the same signals", arguments: ["composite", "relative_strength"])
    func random(name: String) async throws {
        let slices = RandomMarket.slices(SignalGenerator.warmUp + 60)
        let names = try Self.book.get().universe
        var market: [Symbol: [Candle]] = [:]
        for slice in slices {
            for (name, values) in zip(names, slice.candles) {
                let candle = try Self.candle(try #require(values), of: name)
                market[candle.symbol, default: []].append(candle)
            }
        }
        let first = RandomMarket.start + Int64(SignalGenerator.warmUp + 20) * Self.hour
        let day = first..<(first + 24 * Self.hour)
        let live = try await live(strategy(name), market, day)
        #expect(!live.isEmpty)
        #expect(try backtested(strategy(name), market, day) == live)
    }

    @Test(
        "A recorded day has the same signals",
        .enabled(if: SharedData.isPresent, "no recorded candles")
    )
    func recorded() async throws {
        let name = "composite"
        let folder = try #require(SharedData.url).appendingPathComponent("candles/binance-usdm-1h")
        // 2023-06-15, with the month before it and a day that comes after.
        let first: Int64 = 1_686_787_200_000
        let day = first..<(first + 24 * Self.hour)
        let read = (first - Int64(SignalGenerator.warmUp + 100) * Self.hour)..<(day.upperBound + 24 * Self.hour)
        var market: [Symbol: [Candle]] = [:]
        for symbol in try Self.book.get().universe {
            let candles = try CandleFile.read(folder.appendingPathComponent("\(symbol)-1h.csv.gz").path)
            for index in 0..<candles.count where read.contains(candles.openTimes[index].milliseconds) {
                let candle = try Self.candle(candles[index], of: symbol)
                market[candle.symbol, default: []].append(candle)
            }
        }
        let live = try await live(strategy(name), market, day)
        #expect(!live.isEmpty)
        #expect(try backtested(strategy(name), market, day) == live)
    }
}
