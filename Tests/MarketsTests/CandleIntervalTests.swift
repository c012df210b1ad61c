import Foundation
import Markets
import TestKit
import Testing

@Suite("Candle intervals and market time")
struct CandleIntervalTests {
    @Test(
        "A candle opens at a whole multiple of its interval, UTC days at midnight",
        arguments: [
            (CandleInterval.oneMinute, "2024-08-08T23:54:15.342Z", "2024-08-08T23:54:00.000Z"),
            (.fiveMinutes, "2024-08-08T23:54:15.342Z", "2024-08-08T23:50:00.000Z"),
            (.fifteenMinutes, "2024-08-08T23:54:15.342Z", "2024-08-08T23:45:00.000Z"),
            (.oneHour, "2024-08-08T23:54:15.342Z", "2024-08-08T23:00:00.000Z"),
            (.fourHours, "2024-08-08T23:54:15.342Z", "2024-08-08T20:00:00.000Z"),
            (.oneDay, "2024-08-08T23:54:15.342Z", "2024-08-08T00:00:00.000Z"),
            (.oneDay, "2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z"),
            (.oneDay, "1969-12-31T23:59:59.999Z", "1969-12-31T00:00:00.000Z"),
        ]
    )
    func openTimes(interval: CandleInterval, instant: String, expected: String) throws {
        #expect(interval.openTime(of: try Self.time(instant)) == (try Self.time(expected)))
    }

    @Test("Every instant lies in its candle, the first and the last of 64 bits too", arguments: CandleInterval.allCases)
    func everyInstant(interval: CandleInterval) {
        var random = SeededGenerator(seed: 4)
        var instants = (0..<2_000).map { _ in Int64.random(in: .min ... .max, using: &random) }
        instants += [.max, -1, 0, 1, interval.milliseconds, -interval.milliseconds]
        for instant in instants where instant > .min + interval.milliseconds {
            let open = interval.openTime(of: MarketTime(milliseconds: instant))
            #expect(open.milliseconds % interval.milliseconds == 0)
            #expect((0..<interval.milliseconds).contains(MarketTime(milliseconds: instant).since(open)))
        }
        let first = interval.openTime(of: MarketTime(milliseconds: .min))
        #expect(first.milliseconds % interval.milliseconds == 0)
    }

    @Test("Differences and sums of instants end at the ends of 64 bits")
    func saturation() {
        let (first, last) = (MarketTime(milliseconds: .min), MarketTime(milliseconds: .max))
        #expect(last.since(first) == .max)
        #expect(first.since(last) == .min)
        #expect(last.adding(milliseconds: 1) == last)
        #expect(first.adding(milliseconds: -1) == first)
        #expect(MarketTime(milliseconds: 5).since(MarketTime(milliseconds: 8)) == -3)
    }

    @Test("Their names are those of the wire")
    func names() {
        #expect(CandleInterval.allCases.map(\.rawValue) == ["1m", "5m", "15m", "1h", "4h", "1d"])
        #expect(CandleInterval(rawValue: "2m") == nil)
        #expect(CandleInterval(rawValue: "1M") == nil)
    }

    private static func time(_ text: String) throws -> MarketTime {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return MarketTime(milliseconds: Int64((try style.parse(text).timeIntervalSince1970 * 1_000).rounded()))
    }
}
