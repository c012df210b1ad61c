import Markets
import Signals
import TestKit
import Testing

@Suite("A signal's course under random events")
struct SignalCourseRandomTests {
    /// Where a course may go from where it is.
    private func isLegal(_ before: SignalCourse.Stage, _ after: SignalCourse.Stage) -> Bool {
        switch (before, after) {
        case (.awaitingEntry, _): true
        case (.open(let old), .open(let new)): new >= old && new < 3
        case (.open, .closed): true
        case (.closed, _), (.cancelled, _): before == after
        case (.open, .awaitingEntry), (.open, .cancelled): false
        }
    }

    private func event(_ generator: inout SeededGenerator, around price: Int, at time: Int64) throws -> SignalEvent {
        let value = try #require(Price("\(max(1, price + Int.random(in: -12...12, using: &generator)))"))
        let moment = MarketTime(milliseconds: time)
        return switch Int.random(in: 0..<40, using: &generator) {
        case 0: .gap(until: moment)
        case 1: .expiry(price: value, at: moment)
        case 2: .cancellation(at: moment)
        default: .trade(price: value, at: moment)
        }
    }

    @Test("Only legal transitions, one end, and no win without the first target", arguments: [1, 2, 3, 4])
    func transitions(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let isBuy = Bool.random(using: &generator)
            let prices = try (isBuy ? [100, 90, 110, 120, 130] : [100, 110, 90, 80, 70]).map {
                try #require(Price("\($0)"))
            }
            var course = SignalCourse(
                levels: try SignalLevels(
                    direction: isBuy ? .buy : .sell,
                    entry: prices[0],
                    stop: prices[1],
                    targets: Array(prices[2...])
                ),
                bornAt: MarketTime(milliseconds: 0),
                expiresAt: MarketTime(milliseconds: 1_000)
            )
            var reached = 0
            var ends = 0
            for time in Int64(1)...60 {
                let before = course.stage
                let steps = course.handle(try event(&generator, around: 100, at: time * 20))
                #expect(isLegal(before, course.stage))
                for step in steps {
                    switch step {
                    case .entered: #expect(before == .awaitingEntry)
                    case .targetReached(let target, _):
                        #expect(target == reached + 1)
                        reached = target
                    case .closed(let verdict):
                        ends += 1
                        #expect(verdict.outcome.isWin == (reached > 0))
                    case .cancelled:
                        ends += 1
                        #expect(reached == 0)
                    }
                }
            }
            #expect(ends == (course.isOver ? 1 : 0))
        }
    }
}
