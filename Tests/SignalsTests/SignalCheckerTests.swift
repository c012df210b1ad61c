import Accounts
import Foundation
import Markets
import Signals
import Testing

@Suite("Following signals on minute candles")
struct SignalCheckerTests {
    private static let minute: Int64 = 60_000
    private let born = MarketTime(milliseconds: RandomMarket.start)

    /// A buy at 100 with its stop at 98 and targets at 102, 104 and 106, for an hour.
    private func signal() throws -> Signal {
        let prices = try ["100", "98", "102", "104", "106"].map { try #require(Price($0)) }
        return Signal(
            id: UUID(),
            symbol: try #require(Symbol("SOLUSDT-PERP")),
            venue: .binance,
            levels: try SignalLevels(direction: .buy, entry: prices[0], stop: prices[1], targets: Array(prices[2...])),
            confidence: nil,
            baseRate: 47,
            triggers: [],
            strategy: Signal.Strategy(name: "composite", version: 1, isPaper: false),
            timeframe: .oneHour,
            minTier: .pro,
            costs: SignalCosts(fee: 0, slippage: 0),
            createdAt: born,
            expiresAt: born.adding(milliseconds: 60 * Self.minute)
        )
    }

    /// Quiet minutes about 100, but for those that are named.
    private func candles(_ minutes: Range<Int64>, _ special: [Int64: (high: String, low: String)] = [:]) throws
        -> [Candle]
    {
        let calm = try #require(Price("100"))
        return try minutes.map { minute in
            Candle(
                symbol: try #require(Symbol("SOLUSDT-PERP")),
                interval: .oneMinute,
                openTime: born.adding(milliseconds: minute * Self.minute),
                open: calm,
                high: try special[minute].map { try #require(Price($0.high)) } ?? calm,
                low: try special[minute].map { try #require(Price($0.low)) } ?? calm,
                close: calm,
                volume: .zero,
                quoteVolume: .zero,
                trades: 1,
                isClosed: true
            )
        }
    }

    private func outcome(_ candles: [Candle], atMinute minute: Int64) throws -> SignalOutcome? {
        let now = born.adding(milliseconds: minute * Self.minute)
        guard case .closed(let verdict) = SignalChecker.standing(of: try signal(), candles: candles, at: now) else {
            return nil
        }
        return verdict.outcome
    }

    @Test("A signal goes on while nothing happens, and expires when its time is over")
    func expiry() throws {
        #expect(try outcome(candles(0..<30), atMinute: 30) == nil)
        #expect(try outcome(candles(0..<60), atMinute: 60) == .expired)
    }

    @Test("What the candles reached is what it came to")
    func reached() throws {
        #expect(try outcome(candles(0..<30, [12: ("100", "98")]), atMinute: 30) == .stopLoss)
        #expect(try outcome(candles(0..<30, [12: ("106", "100")]), atMinute: 30) == .tp3)
        #expect(try outcome(candles(0..<30, [12: ("102", "98")]), atMinute: 30) == .ambiguous)
    }

    @Test("Minutes before the birth and after the end are not the signal's")
    func outside() throws {
        let special: [Int64: (high: String, low: String)] = [-1: ("106", "90"), 60: ("106", "90")]
        #expect(try outcome(candles(-5..<70, special), atMinute: 70) == .expired)
    }

    @Test("A hole is waited for, and then counts as one, whatever came after it")
    func holes() throws {
        let holed = try candles(0..<10) + candles(13..<30, [20: ("106", "100")])
        #expect(try outcome(holed, atMinute: 21) == nil)
        #expect(try outcome(holed, atMinute: 30) == .dataGap)
        #expect(try outcome(candles(0..<30, [20: ("106", "100")]), atMinute: 30) == .tp3)
    }

    @Test("Candles that stop coming are a hole, too")
    func silence() throws {
        #expect(try outcome(candles(0..<10), atMinute: 24) == nil)
        #expect(try outcome(candles(0..<10), atMinute: 25) == .dataGap)
        #expect(try outcome(candles(0..<58), atMinute: 61) == nil)
        #expect(try outcome(candles(0..<58), atMinute: 90) == .dataGap)
    }
}
