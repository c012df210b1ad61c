import Accounts
import Channels
import Foundation
import Markets
import Postgres
import Signals
import Storage
import Testing

@Suite("Signals judged elsewhere, and for those who hear of them later", .database, .timeLimit(.minutes(5)))
struct SideJudgeTests {
    private static let minute: Int64 = 60_000
    private let record: SignalRecord
    private let store: SideVerdictStore
    /// 2024-03-01.
    private let born = MarketTime(milliseconds: 1_709_251_200_000)

    init() throws {
        let pool = try PostgresPool.ofTest()
        record = .postgres(pool)
        store = .postgres(pool)
    }

    /// A buy at 100 with its stop at 98 and targets at 102, 104 and 106, told ten seconds after its birth.
    private func publish() async throws -> Signal {
        let prices = try ["100", "98", "102", "104", "106"].map { try #require(Price($0)) }
        let signal = Signal(
            id: UUID(),
            symbol: try #require(Symbol("BTCUSDT-PERP")),
            venue: .binance,
            levels: try SignalLevels(
                direction: .buy,
                entry: prices[0],
                stop: prices[1],
                targets: Array(prices[2...])
            ),
            confidence: nil,
            baseRate: 47,
            triggers: [],
            strategy: Signal.Strategy(name: "composite", version: 1, isPaper: false),
            timeframe: .oneHour,
            minTier: .free,
            createdAt: born,
            expiresAt: born.adding(milliseconds: 60 * Self.minute)
        )
        let told = Date(timeIntervalSince1970: Double(born.milliseconds) / 1000 + 10)
        _ = try await record.publish(signal) { place in
            SignalText.message(StoredSignal(signal: signal, standing: .active, place: place), at: told)
        }
        return signal
    }

    /// A candle each minute of the hour at the price, those named otherwise at theirs.
    private func hour(_ usual: String, _ others: [Int: String] = [:], without missing: Set<Int> = []) throws -> [Candle]
    {
        let symbol = try #require(Symbol("BTCUSDT-PERP"))
        return try (0..<60).filter { !missing.contains($0) }.map { number in
            let price = try #require(Price(others[number] ?? usual))
            return Candle(
                symbol: symbol,
                interval: .oneMinute,
                openTime: born.adding(milliseconds: Int64(number) * Self.minute),
                open: price,
                high: price,
                low: price,
                close: price,
                volume: .zero,
                quoteVolume: .zero,
                trades: 1,
                isClosed: true
            )
        }
    }

    @Test("Each venue that lists it has its own end, each tier that of who came as late; nothing is judged twice")
    func judged() async throws {
        let signal = try await publish()
        // At home it touches the first target in minute 8 and falls through the stop in minute 30.
        let home = try hour("100", [8: "102", 30: "97"])
        let bybit = try hour("100", [8: "102", 9: "104", 10: "106"])
        let okx = try hour("100", without: [20])
        let judge = SideJudge(store: store, venues: Venue.allCases) { venue, _, _, _ in
            switch venue {
            case .binance: home
            case .bybit: bybit
            case .okx: okx
            case .mexc: []
            }
        }
        let over = signal.expiresAt.adding(milliseconds: 15 * Self.minute)
        #expect(try await judge.judge(at: over) == 0)
        let end = try #require(SignalChecker.standing(of: signal, candles: home, at: over))
        _ = try await record.conclude(signal.id, end) { _ in
            ChannelDraft(to: .signals, payload: #"{"id":"1"}"#, createdAt: Date(timeIntervalSince1970: 0))
        }
        #expect(try await judge.judge(at: over.adding(milliseconds: -1)) == 0)
        #expect(try await judge.judge(at: over) == 1)
        #expect(try await judge.judge(at: over) == 0)
        let verdicts = try await store.verdicts(signal.id)
        let outcomes = Dictionary(uniqueKeysWithValues: verdicts.map { ($0.side, $0.outcome) })
        #expect(
            outcomes == [
                .venue(.bybit): .tp3, .venue(.okx): .dataGap,
                .tier(.vip): .tp1, .tier(.premium): .tp1, .tier(.pro): .tp1,
                // A quarter of an hour later the target is past, and what is left is the stop.
                .tier(.free): .stopLoss,
            ]
        )
        #expect(verdicts.allSatisfy { $0.outcome?.isWin == true || ($0.resultPercent ?? 0) < 0 })
    }

    @Test("Where the price has left before the tier hears of it, nothing was entered")
    func missed() async throws {
        let signal = try await publish()
        let home = try hour("101", [3: "97"].merging((15..<60).map { ($0, "97") }) { first, _ in first })
        let over = signal.expiresAt.adding(milliseconds: 15 * Self.minute)
        let end = try #require(SignalChecker.standing(of: signal, candles: home, at: over))
        _ = try await record.conclude(signal.id, end) { _ in
            ChannelDraft(to: .signals, payload: #"{"id":"1"}"#, createdAt: Date(timeIntervalSince1970: 0))
        }
        let judge = SideJudge(store: store, venues: [.binance]) { _, _, _, _ in home }
        #expect(try await judge.judge(at: over) == 1)
        let free = try await store.verdicts(signal.id).first { $0.side == .tier(.free) }
        #expect(free == SideVerdict(side: .tier(.free), outcome: nil, resultPercent: nil))
    }

    @Test("A signal whose own candles cannot be read waits")
    func unreadable() async throws {
        struct Away: Error {}
        let signal = try await publish()
        _ = try await record.conclude(signal.id, .cancelled(.entryMissed, at: signal.createdAt)) { _ in
            ChannelDraft(to: .signals, payload: #"{"id":"1"}"#, createdAt: Date(timeIntervalSince1970: 0))
        }
        let judge = SideJudge(store: store, venues: [.binance]) { _, _, _, _ in throw Away() }
        let over = signal.expiresAt.adding(milliseconds: 15 * Self.minute)
        #expect(try await judge.judge(at: over) == 0)
        #expect(try await store.verdicts(signal.id).isEmpty)
    }
}
