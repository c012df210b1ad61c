import Markets
import PumpDetection
import Testing

@Suite("A faulty feed raises no pump alert")
struct FaultyFeedTests {
    enum Fault: String, CaseIterable {
        case everyTradeFiveTimes, lastHourAgain, gapOfAnHour, gapThenBacklog, reorderedWithinTwoSeconds, oneWildPrice
        case wildPricesInOneMillisecond, zeroAmounts, timeFarAhead, timeLongPast
    }

    @Test("Nor does any of them hide a pump that follows", arguments: Fault.allCases)
    func fault(_ fault: Fault) throws {
        var tape = Tape()
        try tape.quiet(minutes: 240)
        var faulty = try Self.spoil(tape.events, fault, at: tape.time)
        #expect(try Tape.play(faulty).isEmpty)
        var later = Tape(start: tape.time + 4_000_000)
        try later.quiet(minutes: 30)
        try later.burst(seconds: 15, percent: 12)
        // Numbers go on where the quiet ones ended.
        faulty += try later.events.enumerated().map { index, event in
            guard case .trade(let trade) = event.payload else { return event }
            return try Tape.event(
                event.venue,
                event.time.milliseconds,
                1_000_000 + Int64(index),
                trade.price.value.double,
                trade.quantity.value.double,
                trade.takerSide
            )
        }
        #expect(!(try Tape.play(faulty).isEmpty))
    }

    private static func spoil(_ quiet: [MarketEvent], _ fault: Fault, at time: Int64) throws -> [MarketEvent] {
        func wild(_ index: Int64, _ price: Double, at time: Int64, amount: Double = 50) throws -> MarketEvent {
            try Tape.event(.binance, time, 100_000 + index, price, amount, .buy)
        }
        switch fault {
        case .everyTradeFiveTimes: return quiet.flatMap { Array(repeating: $0, count: 5) }
        case .lastHourAgain: return quiet + quiet.suffix(240) + quiet.suffix(240)
        case .gapOfAnHour: return Array(quiet.dropLast(250)) + quiet.suffix(10)
        case .gapThenBacklog:
            // An hour of trades in one go, with their own times.
            return Array(quiet.dropLast(240)) + quiet.suffix(240)
        case .reorderedWithinTwoSeconds:
            var mixed = quiet
            for index in stride(from: 0, to: mixed.count - 1, by: 2) { mixed.swapAt(index, index + 1) }
            return mixed
        case .oneWildPrice: return quiet + [try wild(0, 1_000, at: time + 1_000)] + [try wild(1, 100, at: time + 9_000)]
        case .wildPricesInOneMillisecond:
            return quiet + (try (0..<40).map { try wild($0, 300, at: time + 1_000) })
                + [try wild(99, 100, at: time + 9_000, amount: 1)]
        case .zeroAmounts: return quiet + (try (0..<100).map { try wild($0, 101, at: time + $0 * 20, amount: 0) })
        case .timeFarAhead:
            var ahead = try wild(0, 100, at: time + 1_000)
            ahead.exchangeTime = MarketTime(milliseconds: time + 90_000_000)
            return quiet + [ahead]
        case .timeLongPast: return quiet + (try (0..<100).map { try wild($0, 130, at: Tape.start - 86_400_000 + $0) })
        }
    }
}
