import Accounts
import Foundation
import Markets
import Signals
import TestKit
import Testing

@Suite("Following signals on trades as they come")
struct SignalTapeTests {
    private static let minute: Int64 = 60_000
    private let born = MarketTime(milliseconds: RandomMarket.start)
    private let symbol: Symbol
    private let tape: SignalTape

    init() throws {
        symbol = try #require(Symbol("SOLUSDT-PERP"))
        tape = SignalTape([symbol], on: [.binance])
        tape.report(.binance, VenueStatus(state: .live))
    }

    /// A buy at 100 with its stop at 98 and targets at 102, 104 and 106, for an hour.
    private func signal() throws -> Signal {
        let prices = try ["100", "98", "102", "104", "106"].map { try #require(Price($0)) }
        return Signal(
            id: UUID(),
            symbol: symbol,
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

    private func time(_ minute: Int64, _ second: Int64 = 0) -> MarketTime {
        born.adding(milliseconds: minute * Self.minute + second * 1_000)
    }

    private func event(_ price: Price, at time: MarketTime, on venue: Venue = .binance) -> MarketEvent {
        let trade = Trade(symbol: symbol, id: time.milliseconds, price: price, quantity: .zero, takerSide: .buy)
        return MarketEvent(venue: venue, exchangeTime: time, receivedTime: time, payload: .trade(trade))
    }

    private func hear(_ price: String, at time: MarketTime, on venue: Venue = .binance) throws {
        tape.take([event(try #require(Price(price)), at: time, on: venue)])
    }

    private func candle(_ minute: Int64, _ prices: [Price]) throws -> Candle {
        Candle(
            symbol: symbol,
            interval: .oneMinute,
            openTime: time(minute),
            open: try #require(prices.first),
            high: try #require(prices.max()),
            low: try #require(prices.min()),
            close: try #require(prices.last),
            volume: .zero,
            quoteVolume: .zero,
            trades: prices.count,
            isClosed: true
        )
    }

    private func calm(_ minutes: Range<Int64>) throws -> [Candle] {
        let price = try #require(Price("100"))
        return try minutes.map { try candle($0, [price]) }
    }

    private func outcome(_ candles: [Candle], at now: MarketTime) throws -> SignalOutcome? {
        let standing = SignalChecker.standing(
            of: try signal(),
            candles: candles,
            heard: tape.heard(symbol, on: .binance),
            at: now
        )
        guard case .closed(let verdict) = standing else { return nil }
        return verdict.outcome
    }

    @Test("A stop and a target are seen at the trade, long before their minute has a candle")
    func atOnce() throws {
        try hear("100", at: time(9, 55))
        try hear("100", at: time(10, 1))
        let candles = try calm(0..<10)
        #expect(try outcome(candles, at: time(10, 2)) == nil)
        try hear("98", at: time(10, 3))
        #expect(try outcome(candles, at: time(10, 3)) == .stopLoss)
    }

    @Test("The first price after its birth enters it, and what was traded before is not the signal's")
    func entry() throws {
        try hear("100", at: time(-1, 30))
        try hear("90", at: time(-1, 40))
        try hear("101", at: time(0, 2))
        #expect(try outcome([], at: time(0, 3)) == nil)
        try hear("106", at: time(0, 4))
        #expect(try outcome([], at: time(0, 5)) == .tp3)
    }

    @Test("A price that is said again at the beginning of a minute counts there")
    func saidAgain() throws {
        try hear("100", at: time(-1, 50))
        try hear("101", at: time(-1, 55))
        try hear("101", at: time(-1, 56))
        try hear("101", at: time(0, 1))
        try hear("97", at: time(0, 2))
        let heard = tape.heard(symbol, on: .binance)
        #expect(heard.trades.map(\.time) == [time(-1, 55), time(0, 1), time(0, 2)])
        #expect(try outcome([], at: time(0, 3)) == .stopLoss)
    }

    @Test("Where trades may be missing, nothing is decided before the candle comes")
    func holes() throws {
        let candles = try calm(0..<10)
        // The first trade that was heard lies within the minute.
        try hear("100", at: time(10, 20))
        try hear("97", at: time(10, 30))
        #expect(try outcome(candles, at: time(10, 31)) == nil)
        let stopped = candles + [try candle(10, ["100", "97"].map { try #require(Price($0)) })]
        #expect(try outcome(stopped, at: time(11, 5)) == .stopLoss)
    }

    @Test("A connection that is lost, or late, ends what was heard of its venue", arguments: [false, true])
    func lost(late: Bool) throws {
        try hear("100", at: time(9, 50))
        try hear("100", at: time(10, 1))
        tape.report(.binance, late ? VenueStatus(state: .degraded) : VenueStatus(state: .live, reconnects: 1))
        #expect(tape.heard(symbol, on: .binance).since == nil)
        tape.report(.binance, VenueStatus(state: .live, reconnects: 1))
        try hear("97", at: time(10, 30))
        try hear("96", at: time(10, 40))
        #expect(try outcome(calm(0..<10), at: time(10, 41)) == nil)
        #expect(try outcome(calm(0..<11), at: time(11, 3)) == nil)
        try hear("97", at: time(11, 4))
        #expect(try outcome(calm(0..<11), at: time(11, 5)) == .stopLoss)
    }

    @Test("A venue of which nothing is known, and another venue's trades, are not heard")
    func otherVenues() throws {
        tape.report(.binance, VenueStatus(state: .down))
        for second in Int64(0)..<5 {
            try hear("97", at: time(10, second))
            try hear("97", at: time(10, second), on: .bybit)
        }
        #expect(tape.heard(symbol, on: .binance).trades.isEmpty)
        #expect(tape.heard(symbol, on: .bybit).trades.isEmpty)
    }

    @Test("A trade that was overtaken by others takes its place among them")
    func overtaken() throws {
        for (price, second) in [("100", Int64(0)), ("101", 1), ("103", 3), ("102", 2)] {
            try hear(price, at: time(10, second))
        }
        #expect(tape.heard(symbol, on: .binance).trades.map(\.time) == [time(10, 1), time(10, 2), time(10, 3)])
    }

    @Test("Whoever waits for a price is called when it is traded, and for what was traded while they looked")
    func watch() throws {
        let (low, high) = (try #require(Price("98")), try #require(Price("102")))
        func wait(looked: Int) {
            tape.watch([
                SignalTape.Watch(venue: .binance, symbol: symbol, above: low, below: high, looked: looked)
            ])
        }
        try hear("100", at: time(10))
        wait(looked: 0)
        try hear("98.1", at: time(10, 1))
        try hear("101.9", at: time(10, 2))
        #expect(!tape.isTouched)
        try hear("98", at: time(10, 3))
        #expect(tape.isTouched)
        let heard = tape.heard(symbol, on: .binance)
        wait(looked: heard.taken)
        #expect(!tape.isTouched)
        try hear("102", at: time(10, 4))
        wait(looked: heard.taken)
        #expect(tape.isTouched)
        tape.watch([])
        #expect(!tape.isTouched)
    }

    @Test("Days of trades are not kept, and what is kept is the last minutes of them")
    func bounded() throws {
        var number: Int64 = 0
        for second in stride(from: Int64(0), to: 3_600, by: 1) {
            for part in Int64(0)..<10 {
                number += 1
                let price = try #require(FixedPoint(rounding: 100 + Double(number % 7) / 10, places: 1))
                tape.take([event(Price(price), at: time(0, second).adding(milliseconds: part * 100))])
            }
        }
        let heard = tape.heard(symbol, on: .binance)
        #expect(heard.trades.count <= 20_000)
        #expect(heard.taken == 35_999)
        let since = try #require(heard.since)
        #expect(since <= time(55) && since > time(45))
    }

    /// Prices in whole and half units about the entry, some minutes of them.
    private func walk(_ seed: UInt64) throws -> [(price: Price, time: MarketTime)] {
        var random = SeededGenerator(seed: seed)
        var halves = 200
        return try (0..<400).map { number in
            halves += Int.random(in: -1...1, using: &random)
            let price = try #require(Price(halves.isMultiple(of: 2) ? "\(halves / 2)" : "\(halves / 2).5"))
            return (price, time(0).adding(milliseconds: Int64(number) * 7_300))
        }
    }

    @Test("Of the same trades, candles say the same as the trades do, or worse where a minute leaves it open")
    func candlesReconcile() throws {
        var kinds: Set<SignalOutcome> = []
        for seed in UInt64(1)...300 {
            let trades = try walk(seed)
            let end = time(60, 5)
            let minutes = Dictionary(grouping: trades) { $0.time.since(born) / Self.minute }
            let candles = try minutes.keys.sorted().filter { $0 < 60 }.map { minute in
                try candle(minute, (minutes[minute] ?? []).map(\.price))
            }
            let signal = try signal()
            let byCandles = SignalChecker.standing(of: signal, candles: candles, at: end)
            let heard = HeardTrades(
                since: born,
                trades: trades.map { HeardTrades.Trade(price: $0.price, time: $0.time) }
            )
            // The trades end some minutes before the signal does: what they have not decided, nobody can.
            guard let byTrades = SignalChecker.standing(of: signal, candles: [], heard: heard, at: time(14)),
                case .closed(let traded) = byTrades, case .closed(let candled) = byCandles
            else { continue }
            kinds.insert(traded.outcome)
            if candled.outcome.isWin { #expect(traded.outcome.isWin, "seed \(seed)") }
            if traded.outcome.isWin, !candled.outcome.isWin { #expect(candled.outcome == .ambiguous, "seed \(seed)") }
            #expect(traded.closedAt <= candled.closedAt || candled.outcome == .ambiguous, "seed \(seed)")
        }
        #expect(kinds.isSuperset(of: [.tp1, .stopLoss]))
    }
}
