import Backtesting
import Foundation
import Markets
import PumpDetection
import TestKit
import Testing

@Suite("What the detector says of itself")
struct PumpQualityTests {
    @Test("False alerts per symbol-day of a quiet market equal a count of the tape itself")
    func falseAlerts() throws {
        var tape = Tape()
        try tape.quiet(minutes: 240)
        for height in [4.3, 8, 4.4] {
            // A crowd without a rise, twice; and one with.
            try tape.burst(seconds: 12, percent: height)
            try tape.quiet(minutes: 300)
        }
        let (found, tally) = try Self.watch(tape.events)
        let count = Self.count(found, in: tape.events)
        #expect(count.falseAlerts == 2)
        #expect(tally.alerts == 3)
        #expect(tally.falseAlerts == count.falseAlerts)
        #expect(tally.symbolDays == count.symbolDays)
        #expect(tally.falseAlertsPerSymbolDay == Double(count.falseAlerts) / count.symbolDays)
        #expect(tally.since == tape.events.first?.time)
    }

    @Test(
        "So they do on recorded weeks of small coins",
        .enabled(if: SharedData.isPresent, "the recorded market data is not beside the project: skipped"),
        arguments: ["ADX", "BLZ"]
    )
    func recorded(coin: String) throws {
        let folder = try #require(SharedData.url).appendingPathComponent("pumps")
        let events = try Self.events(of: folder.appendingPathComponent("trades/\(coin).csv.gz").path, as: coin)
        let (found, tally) = try Self.watch(events)
        let count = Self.count(found, in: events)
        #expect(tally.trades == UInt64(events.count))
        #expect(tally.falseAlerts == count.falseAlerts)
        #expect(abs(tally.symbolDays - count.symbolDays) < 1e-9)
        #expect(tally.symbolDays > 5)
    }

    @Test("A rise that had its alert is found, with its delay; one in the hush after another alert is missed")
    func recall() throws {
        var tape = Tape()
        try tape.quiet(minutes: 240)
        try tape.burst(seconds: 15, percent: 12)
        try tape.quiet(minutes: 300)
        // A false alert, after which the detector is quiet for half an hour.
        try tape.burst(seconds: 12, percent: 4.4)
        try tape.quiet(minutes: 10)
        try tape.burst(seconds: 15, percent: 12)
        let (_, tally) = try Self.watch(tape.events)
        #expect(tally.rises == 2)
        #expect(tally.recall == 0.5)
        #expect(try #require(tally.delay(of: 0.5)) <= 5)
        #expect(tally.delay(of: 0.9) == tally.delay(of: 0.5))
    }

    @Test("Nothing is said of what has not been seen")
    func nothing() {
        let tally = PumpTally()
        #expect(tally.falseAlertsPerSymbolDay == nil && tally.recall == nil && tally.delay(of: 0.5) == nil)
        #expect(!tally.isMuted)
    }

    @Test("Alerts are muted once three were false and they are more than promised, and speak again when that is over")
    func muting() throws {
        var detector = PumpDetector(model: try PumpModel(.shipped))
        var tape = Tape()
        try tape.quiet(minutes: 240)
        var muted: [Bool] = []
        for _ in 0..<3 {
            try tape.burst(seconds: 12, percent: 4.4)
            try tape.quiet(minutes: 300)
            for event in tape.events { _ = detector.ingest(event) }
            tape.events = []
            muted.append(detector.tally.isMuted)
        }
        #expect(muted == [false, false, true])
        // Three false alerts are within 0.02 per symbol-day after 150 of them.
        while detector.tally.symbolDays < 151 {
            try tape.trade(100, 1, after: 1_700_000)
            _ = detector.ingest(tape.events.removeLast())
        }
        #expect(!detector.tally.isMuted)
    }

    private static func watch(_ events: [MarketEvent]) throws -> (found: [Pump], tally: PumpTally) {
        var detector = PumpDetector(model: try PumpModel(.shipped))
        var found: [Pump] = []
        for event in events { found += detector.ingest(event) }
        if let last = events.last { found += detector.advance(to: last.time.adding(milliseconds: 7_200_001)) }
        return (found, detector.tally)
    }

    /// Counts without the detector's own counters: its alerts, held against the tape's prices until each one's end.
    private static func count(_ found: [Pump], in events: [MarketEvent]) -> (falseAlerts: Int, symbolDays: Double) {
        let ended = found.filter { $0.status == .ended }
        let falseOnes = ended.filter { pump in
            let prices = events.compactMap { event -> Double? in
                guard case .trade(let trade) = event.payload,
                    event.time >= pump.startedAt.adding(milliseconds: -60_000),
                    event.time <= pump.endedAt ?? pump.startedAt
                else { return nil }
                return trade.price.value.double
            }
            return (prices.max() ?? 0) < pump.priceAtStart.value.double * 1.05
        }
        let watched = zip(events, events.dropFirst()).map { min(max(0, $1.time.since($0.time)), 1_800_000) }
        return (falseOnes.count, Double(watched.reduce(0, +)) / 86_400_000)
    }

    private static func events(of file: String, as coin: String) throws -> [MarketEvent] {
        let symbol = try #require(Symbol(coin + "BTC"))
        var events: [MarketEvent] = []
        try TradeFile(file).visit { row in
            guard let price = FixedPoint(rounding: row.price, places: 12),
                let amount = FixedPoint(rounding: row.amount, places: 8)
            else { return }
            let trade = Trade(
                symbol: symbol,
                id: Int64(events.count),
                price: Price(price),
                quantity: Quantity(amount),
                takerSide: row.isBuy ? .buy : .sell
            )
            events.append(
                MarketEvent(venue: .binance, exchangeTime: row.time, receivedTime: row.time, payload: .trade(trade))
            )
        }
        return events
    }
}
