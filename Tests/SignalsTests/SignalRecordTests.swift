import Accounts
import Foundation
import Indicators
import Markets
import Signals
import Testing

@Suite("What the record holds of a signal")
struct SignalRecordTests {
    private func signal(outcomes: Int, strategy: SignalStrategy = SignalStrategy.shipped[0]) throws -> Signal {
        let prices = try ["100", "98", "102", "104", "106"].map { try #require(Price($0)) }
        let candidate = SignalCandidate(
            symbol: 0,
            strategy: strategy,
            candle: MarketTime(milliseconds: RandomMarket.start),
            levels: try SignalLevels(direction: .buy, entry: prices[0], stop: prices[1], targets: Array(prices[2...])),
            probability: 0.534,
            baseline: 0.47,
            triggers: [SignalTrigger(code: .momentum, weight: 640)]
        )
        return Signal(
            candidate,
            symbol: try #require(Symbol("SOLUSDT-PERP")),
            venue: .binance,
            outcomes: outcomes,
            lifetime: 24
        )
    }

    @Test("The text of a publication is the one that its hash was published for")
    func publication() throws {
        let entry = RecordEntry(publicationOf: try signal(outcomes: 30))
        #expect(
            entry.text == """
                {"baseRate":47,"confidence":53,"createdAt":1704070800000,"direction":"buy","entryPrice":"100",\
                "exchange":"binance","expiresAt":1704157200000,"feeMillionths":1000,\
                "id":"\(entry.signalID.uuidString.lowercased())","kind":"publication","minTier":"pro","paper":false,\
                "slippageMillionths":200,"stopLoss":"98","strategy":"mean_reversion","strategyVersion":1,\
                "symbol":"SOLUSDT-PERP","takeProfits":["102","104","106"],"timeframe":"1h","triggers":["momentum:640"]}
                """
        )
    }

    @Test("The text of an end says how and with what")
    func outcome() throws {
        let signal = try signal(outcomes: 0)
        var course = signal.course(from: signal.createdAt)
        let time = signal.createdAt.adding(milliseconds: 1)
        _ = course.handle(.trade(price: signal.levels.entry, at: time))
        let steps = course.handle(.trade(price: signal.levels.stop, at: time))
        guard case .closed(let verdict) = steps.last else {
            Issue.record("not closed")
            return
        }
        #expect(
            RecordEntry(outcomeOf: signal.id, verdict).text == """
                {"closedAt":1704070800001,"id":"\(signal.id.uuidString.lowercased())","kind":"outcome",\
                "outcome":"stop_loss","resultHundredths":-224}
                """
        )
        #expect(
            RecordEntry(cancellationOf: signal.id, .entryMissed, at: time).text == """
                {"closedAt":1704070800001,"id":"\(signal.id.uuidString.lowercased())","kind":"outcome",\
                "outcome":"cancelled:entry_missed"}
                """
        )
    }

    @Test("A confidence is shown when thirty outcomes back it, and not before", arguments: [(29, nil), (30, 53)])
    func confidence(outcomes: Int, confidence: Int?) throws {
        #expect(try signal(outcomes: outcomes).confidence == confidence)
    }

    @Test("The same signal has the same id wherever it is raised, another one another")
    func id() throws {
        let first = try signal(outcomes: 0)
        #expect(try signal(outcomes: 50).id == first.id)
        #expect(try signal(outcomes: 0, strategy: SignalStrategy.shipped[1]).id != first.id)
        let text = first.id.uuidString
        #expect(text[text.index(text.startIndex, offsetBy: 14)] == "8")
    }
}
