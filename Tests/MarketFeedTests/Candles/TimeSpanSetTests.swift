import MarketFeed
import Markets
import TestKit
import Testing

@Suite("Stretches of time")
struct TimeSpanSetTests {
    @Test("Random insertions and removals equal a set of single instants")
    func property() {
        for seed in 1...300 {
            var random = SeededGenerator(seed: UInt64(seed))
            var set = TimeSpanSet(maximumCount: 100, overflow: .join)
            var instants: Set<Int64> = []
            for _ in 0..<30 {
                let from = Int64.random(in: 0..<60, using: &random)
                let span = Self.span(from, from + Int64.random(in: 0..<12, using: &random))
                if Int.random(in: 0..<3, using: &random) == 0 {
                    set.remove(span)
                    instants.subtract(span.from.milliseconds..<span.to.milliseconds)
                } else {
                    set.insert(span)
                    instants.formUnion(span.from.milliseconds..<span.to.milliseconds)
                }
                let covered = set.spans.flatMap { Array($0.from.milliseconds..<$0.to.milliseconds) }
                #expect(covered == instants.sorted())
                #expect(zip(set.spans, set.spans.dropFirst()).allSatisfy { $0.to < $1.from })
            }
        }
    }

    @Test("Beyond its bound it errs on the side that was chosen")
    func overflow() {
        var joined = TimeSpanSet(maximumCount: 2, overflow: .join)
        var forgotten = TimeSpanSet(maximumCount: 2, overflow: .forget)
        for span in [Self.span(0, 1), Self.span(10, 11), Self.span(12, 13)] {
            joined.insert(span)
            forgotten.insert(span)
        }
        #expect(joined.spans == [Self.span(0, 1), Self.span(10, 13)])
        #expect(forgotten.spans == [Self.span(10, 11), Self.span(12, 13)])
    }

    @Test("Clipped to a stretch it shows what lies within")
    func clipped() {
        var set = TimeSpanSet(overflow: .join)
        for span in [Self.span(0, 10), Self.span(20, 30), Self.span(40, 50)] { set.insert(span) }
        #expect(set.clipped(to: Self.span(5, 25)) == [Self.span(5, 10), Self.span(20, 25)])
        #expect(set.contains(MarketTime(milliseconds: 29)))
        #expect(!set.contains(MarketTime(milliseconds: 30)))
    }

    private static func span(_ from: Int64, _ to: Int64) -> TimeSpan {
        TimeSpan(from: MarketTime(milliseconds: from), to: MarketTime(milliseconds: to))
    }
}
