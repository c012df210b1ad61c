import MarketFeed
import Markets
import TestKit
import Testing

@Suite("Candles against a computation by hand")
struct CandlePropertyTests {
    private static let minute: Int64 = 60_000

    @Test("Trades doubled and shuffled within two seconds give the candles of the sorted trades", arguments: 1...25)
    func shuffled(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for venue in [Venue.binance, .okx] {
            let trades = try Self.trades(on: venue, &random)
            let expected = Self.candles(of: trades, venue)
            let ledger = try Self.run(Self.disturbed(trades, within: 2_000, &random), on: venue)
            let series = try CandleSeries(on: venue)
            // The first minute was joined in the middle; it is a gap and nothing else is.
            #expect(ledger.closed(series) == Array(expected.dropFirst()))
            #expect(ledger.gaps(series) == expected.first.map { [Self.span(of: $0)] })
        }
    }

    @Test("However late trades are, a candle that is called closed and lies in no gap is exact", arguments: 1...25)
    func veryLate(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let trades = try Self.trades(on: .binance, &random)
        let exact = Self.candles(of: trades, .binance)
        let ledger = try Self.run(Self.disturbed(trades, within: 200_000, &random), on: .binance)
        let series = try CandleSeries()
        let closed = Dictionary(uniqueKeysWithValues: ledger.closed(series).map { ($0.openTime, $0) })
        for candle in exact where !ledger.isGap(candle.openTime, of: series) {
            #expect(closed[candle.openTime] == candle)
        }
    }

    @Test("Trades that are lost are never covered up: their minute is in a gap", arguments: 1...25)
    func lost(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let trades = try Self.trades(on: .binance, &random)
        let heard = trades.enumerated().filter { place, _ in
            place == 0 || place >= trades.count - 2 || Int.random(in: 0..<60, using: &random) > 0
        }
        let ledger = try Self.run(heard.map(\.element), on: .binance)
        let series = try CandleSeries()
        let closed = Dictionary(uniqueKeysWithValues: ledger.closed(series).map { ($0.openTime, $0) })
        for candle in Self.candles(of: trades, .binance) where !ledger.isGap(candle.openTime, of: series) {
            #expect(closed[candle.openTime] == candle)
        }
    }

    // MARK: - Support

    /// Twenty minutes of random trades, some of them at the same millisecond.
    private static func trades(on venue: Venue, _ random: inout SeededGenerator) throws -> [MarketEvent] {
        var time = Samples.midnight.milliseconds + 31_000
        var trades: [MarketEvent] = []
        var cents = 10_000
        while time < Samples.midnight.milliseconds + 20 * minute {
            cents = max(5_000, min(19_000, cents + Int.random(in: -40...40, using: &random)))
            let quantity = "0.\(Int.random(in: 1...999_999, using: &random))1"
            let price = "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
            trades.append(
                try Samples.trade(on: venue, id: Int64(trades.count + 1), price: price, quantity: quantity, at: time)
            )
            time += Int64.random(in: 0...4_000, using: &random)
        }
        return trades
    }

    /// The same trades, some of them twice, none displaced by more than the time.
    private static func disturbed(
        _ trades: [MarketEvent],
        within milliseconds: Int64,
        _ random: inout SeededGenerator
    ) -> [MarketEvent] {
        var placed: [(at: Int64, event: MarketEvent)] = []
        for (place, trade) in trades.enumerated() {
            // The first one stays first: a number below the first that was heard would be a new beginning.
            let copies = Int.random(in: 0..<5, using: &random) == 0 ? 2 : 1
            for _ in 0..<copies {
                let delay = place == 0 ? 0 : Int64.random(in: 0...milliseconds, using: &random)
                placed.append((trade.time.milliseconds + delay, trade))
            }
        }
        return placed.sorted { $0.at < $1.at }.map(\.event)
    }

    private static func run(_ trades: [MarketEvent], on venue: Venue) throws -> CandleLedger {
        var builder = CandleBuilder()
        var ledger = CandleLedger()
        for trade in trades { ledger.take(builder.ingest([trade])) }
        // Another market of the venue moves its clock on, so that the last minute closes.
        let end = Samples.midnight.milliseconds + 30 * minute
        ledger.take(builder.ingest([try Samples.trade("ETHUSDT", on: venue, id: 1, at: end)]))
        return ledger
    }

    /// Grouped by minute, sorted by number, summed with whole numbers of 10⁻¹⁸.
    private static func candles(of events: [MarketEvent], _ venue: Venue) -> [Candle] {
        var minutes: [Int64: [Trade]] = [:]
        for event in events {
            guard case .trade(let trade) = event.payload else { continue }
            minutes[event.time.milliseconds / minute, default: []].append(trade)
        }
        return minutes.sorted { $0.key < $1.key }.compactMap { key, unsorted in
            let trades = unsorted.sorted { $0.id < $1.id }
            guard let first = trades.first, let last = trades.last else { return nil }
            // Two prices of 2 places and quantities of 7 places: the product is exact in units of 10⁻⁹.
            let volume = trades.reduce(Int128(0)) { $0 + $1.quantity.value.units }
            let quote = trades.reduce(Int128(0)) { sum, trade in
                sum + (trade.price.value.units / 10_000_000_000_000_000)
                    * (trade.quantity.value.units / 100_000_000_000) * 1_000_000_000
            }
            return Candle(
                symbol: first.symbol,
                interval: .oneMinute,
                openTime: MarketTime(milliseconds: key * minute),
                open: first.price,
                high: trades.map(\.price).max() ?? first.price,
                low: trades.map(\.price).min() ?? first.price,
                close: last.price,
                volume: FixedPoint(units: volume).map(Quantity.init) ?? .zero,
                quoteVolume: FixedPoint(units: quote).map(Money.init) ?? .zero,
                trades: trades.count,
                isClosed: true
            )
        }
    }

    private static func span(of candle: Candle) -> TimeSpan {
        TimeSpan(from: candle.openTime, to: candle.openTime.adding(milliseconds: minute))
    }
}
