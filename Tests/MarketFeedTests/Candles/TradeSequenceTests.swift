import MarketFeed
import Markets
import TestKit
import Testing

@Suite("Trade numbers")
struct TradeSequenceTests {
    @Test("Shuffled and doubled numbers: each is new once, and what is left missing is what was never said")
    func property() {
        for seed in 1...200 {
            var random = SeededGenerator(seed: UInt64(seed))
            let numbers = (0..<120).filter { _ in Int.random(in: 0..<10, using: &random) > 0 }
            var said = (numbers + numbers.filter { $0.isMultiple(of: 3) }).shuffled(using: &random)
            // The newest first: what comes later is never newer than everything before it, so nothing is a restart.
            said.insert(120, at: 0)
            var sequence = TradeSequence()
            var known: Set<Int> = []
            for number in said {
                let verdict = sequence.insert(Int64(number), at: Self.time(number))
                #expect(verdict == (known.insert(number).inserted ? .new : .duplicate))
            }
            let covered = sequence.runs.flatMap { Array(Int($0.first)...Int($0.last)) }
            #expect(covered == known.sorted())
            for run in sequence.runs {
                #expect(run.earliest == Self.time(Int(run.first)))
                #expect(run.latest == Self.time(Int(run.last)))
            }
        }
    }

    @Test("In order, it stays one run")
    func inOrder() {
        var sequence = TradeSequence()
        for number in 1...10_000 { #expect(sequence.insert(Int64(number), at: Self.time(number)) == .new) }
        #expect(sequence.runs.count == 1)
        #expect(sequence.oldestHole == nil)
    }

    @Test("A hole lies between the trade before it and the one behind it, until it is filled")
    func hole() {
        var sequence = TradeSequence()
        for number in [1, 2, 5] { _ = sequence.insert(Int64(number), at: Self.time(number)) }
        #expect(sequence.oldestHole?.before == Self.time(2))
        #expect(sequence.oldestHole?.behind == Self.time(5))
        _ = sequence.insert(4, at: Self.time(4))
        #expect(sequence.oldestHole?.behind == Self.time(4))
        _ = sequence.insert(3, at: Self.time(3))
        #expect(sequence.oldestHole == nil)
    }

    @Test("A known number at a new time means that the venue counts anew")
    func restart() {
        var sequence = TradeSequence()
        for number in 100...105 { _ = sequence.insert(Int64(number), at: Self.time(number)) }
        #expect(sequence.insert(101, at: Self.time(101)) == .duplicate)
        #expect(sequence.insert(1, at: Self.time(200)) == .restarted)
        #expect(sequence.insert(2, at: Self.time(201)) == .new)
        #expect(sequence.runs.count == 1)
    }

    @Test("Numbers with holes everywhere take bounded memory")
    func bounded() {
        var sequence = TradeSequence()
        for number in 0..<10_000 { _ = sequence.insert(Int64(number * 2), at: Self.time(number)) }
        #expect(sequence.runs.count == TradeSequence.maximumRuns)
        #expect(sequence.insert(9_999 * 2, at: Self.time(9_999)) == .duplicate)
        #expect(sequence.insert(9_999 * 2 - 1, at: Self.time(9_998)) == .new)
    }

    private static func time(_ number: Int) -> MarketTime { MarketTime(milliseconds: Int64(number) * 1_000) }
}
