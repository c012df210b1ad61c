import Markets
import PumpDetection
import Testing

@Suite("Pump detector")
struct PumpDetectorTests {
    @Test("A crowd that buys up a quiet market is an alert within five seconds, with its reasons")
    func burst() throws {
        var tape = Tape()
        try tape.quiet(minutes: 240)
        let onset = tape.time
        try tape.burst(seconds: 15, percent: 12)
        let pumps = try Tape.play(tape.events)
        let first = try #require(pumps.first)
        #expect(first.status == .started)
        #expect(first.startedAt.milliseconds - onset <= 5_000)
        #expect(!first.isLate)
        #expect(first.score >= 0)
        #expect(first.volumeRatio > 10)
        #expect(first.triggers.map(\.weight).reduce(0, +) > 0.999)
        #expect(first.triggers.contains { $0.kind == .rushOrders })
        #expect(Set(pumps.map(\.startedAt)).count == 1)
        #expect(try #require(pumps.last).changePercent > 10)
    }

    @Test("A pump goes from its start over the peak and the dump to its end, and only forwards")
    func lifeCycle() throws {
        var tape = Tape()
        try tape.quiet(minutes: 240)
        try tape.burst(seconds: 15, percent: 12)
        for step in 0..<40 { try tape.trade(111 - Double(step) * 0.27, 3, .sell, after: 5_000) }
        let pumps = try Tape.play(tape.events)
        var statuses: [Pump.Status] = []
        for pump in pumps where statuses.last != pump.status { statuses.append(pump.status) }
        #expect(statuses == [.started, .peaked, .dumping, .ended])
        #expect(pumps.last?.endedAt != nil)
    }

    @Test("A rise that is found only when it falls is late, and dumping from the start")
    func late() throws {
        var tape = Tape()
        try tape.quiet(minutes: 240)
        try tape.burst(seconds: 4, percent: 4.4)
        // Half an hour of hush follows an alert; the rise comes at its end and is past its peak after it.
        let hushed = try #require(try Tape.play(tape.events).first).startedAt.milliseconds + 1_800_000
        while tape.time < hushed - 25_000 { try tape.trade(100, 1, .sell, after: 15_000) }
        try tape.burst(seconds: 6, percent: 14)
        while tape.time < hushed + 2_000 { try tape.trade(108, 20, after: 200) }
        let found = try Tape.play(tape.events)
        let late = try #require(found.first { $0.startedAt.milliseconds >= hushed })
        #expect(late.isLate && late.status == .dumping)
        #expect(found.first?.isLate == false)
    }

    @Test("Nothing is said before hours of history are there")
    func cold() throws {
        var tape = Tape()
        try tape.quiet(minutes: 20)
        try tape.burst(seconds: 15, percent: 12)
        #expect(try Tape.play(tape.events).isEmpty)
    }

    @Test("Selling into a falling market is no pump")
    func crash() throws {
        var tape = Tape()
        try tape.quiet(minutes: 240)
        for step in 0..<200 { try tape.trade(100 - Double(step) * 0.1, 60, .sell, after: 60) }
        #expect(try Tape.play(tape.events).isEmpty)
    }

    @Test("Another venue whose fresh price says otherwise holds an alert back; one that agrees does not")
    func witnesses() throws {
        for (price, expected) in [(80.0, 0), (100.0, 1)] {
            var tape = Tape()
            try tape.quiet(minutes: 240)
            let onset = tape.time
            try tape.burst(seconds: 10, percent: 8)
            var other = Tape(venue: .okx)
            try other.quiet(minutes: 240, price: price)
            while other.time < onset + 12_000 { try other.trade(price, 1, after: 500) }
            let both = (tape.events + other.events).sorted { $0.time < $1.time }
            let alerts = Set(try Tape.play(both).map(\.startedAt))
            #expect(alerts.count == expected)
        }
    }

    @Test("The same tape gives the same pumps at any hour of the day")
    func calendar() throws {
        let shifts: [Int64] = [0, 6 * 3_600_000, 37 * 60_000 * 10]
        let courses = try shifts.map { shift in
            var tape = Tape(start: Tape.start + shift)
            try tape.quiet(minutes: 240)
            try tape.burst(seconds: 15, percent: 12)
            return try Tape.play(tape.events).map { $0.startedAt.milliseconds - shift }
        }
        #expect(!courses[0].isEmpty)
        #expect(courses.allSatisfy { $0 == courses[0] })
    }

    @Test("A market under watch takes less than 4 kB")
    func memory() {
        #expect(PumpDetector.bytesPerMarket < 4_096)
    }
}
