import Markets
import PumpDetection
import Testing

@Suite("Course of a pump")
struct PumpCourseTests {
    /// Seconds after the alert and price; start 100, peak 110.
    static let scripts: [([(Int64, Double)], Pump.Status)] = [
        ([(5, 112), (10, 115)], .started),
        ([(29, 109)], .started),
        ([(31, 109)], .peaked),
        ([(10, 106)], .dumping),
        ([(10, 100.5)], .dumping),
        ([(10, 106), (61, 101)], .ended),
        ([(40, 109), (50, 130)], .peaked),
        ([(7_201, 109)], .ended),
    ]

    @Test("Follows the prices", arguments: scripts)
    func follows(prices: [(Int64, Double)], expected: Pump.Status) {
        var course = PumpCourse(start: 100, peak: 110, at: MarketTime(milliseconds: 0))
        for (second, price) in prices { _ = course.take(price, at: MarketTime(milliseconds: second * 1000)) }
        #expect(course.status == expected)
    }

    @Test("Ends when nobody trades for a quarter of an hour, once")
    func silence() {
        var course = PumpCourse(start: 100, peak: 110, at: MarketTime(milliseconds: 0))
        let ended = [899_999, 900_000, 1_900_000].map { course.pass(to: MarketTime(milliseconds: $0)) }
        #expect(ended == [false, true, false])
    }
}
