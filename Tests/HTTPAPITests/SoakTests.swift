import Foundation
import MarketFeed
import Markets
import Testing
import VenueSimulator

/// How long, in minutes; nil where nobody asks for it.
private let soakMinutes = ProcessInfo.processInfo.environment["SOAK_MINUTES"].flatMap { Int($0) }

/// Four venues for as long as one likes, each misbehaving in turn: `scripts/soak` runs it.
@Suite(
    "Soak",
    .enabled(if: soakMinutes != nil, "SOAK_MINUTES says how long; see scripts/soak"),
    .timeLimit(.minutes((soakMinutes ?? 0) + 10))
)
struct SoakTests {
    private static let tradesPerSecond =
        ProcessInfo.processInfo.environment["SOAK_TRADES"].flatMap { Double($0) } ?? 500
    private static let depth = 20

    @Test("Memory stays flat, no book is wrong, and every fault is seen")
    func soak() async throws {
        var options = LiveAPI.Options()
        options.requests = 100_000_000
        options.runsFeed = true
        let end = ContinuousClock.now + .seconds((soakMinutes ?? 0) * 60)
        let clock = StoppableClock()
        try await LiveAPI.serving(options) { api in
            try await Self.running(Venue.allCases[...], into: api, clock.clock, []) { trials in
                let token = try api.token()
                var memory: [Int] = []
                repeat {
                    for sight in FaultSight.all {
                        try await Self.show(sight, on: trials, api, token)
                        let wrong = try await Self.wrongBooks(trials, api, clock)
                        #expect(wrong.isEmpty, "served otherwise than the venue has it")
                        memory.append(Self.residentMB)
                        Self.report(sight.fault, memory[memory.count - 1], wrong, api)
                    }
                } while ContinuousClock.now < end
                for trial in trials { #expect(Set(trial.faults.counts.keys) == Set(Fault.allCases)) }
                Self.checkGrowth(memory)
            }
        }
    }

    /// Runs the venues, one inside the other, and the body innermost.
    private static func running(
        _ venues: ArraySlice<Venue>,
        into api: LiveAPI,
        _ clock: MarketClock,
        _ trials: [VenueOnTrial],
        _ body: @escaping @Sendable ([VenueOnTrial]) async throws -> Void
    ) async throws {
        guard let venue = venues.first else { return try await body(trials) }
        try await VenueOnTrial.running(venue, into: api, tradesPerSecond: tradesPerSecond, clock: clock) { trial in
            try await running(venues.dropFirst(), into: api, clock, trials + [trial], body)
        }
    }

    /// Strikes all venues at once, and waits until each shows it and has recovered.
    private static func show(
        _ sight: FaultSight,
        on trials: [VenueOnTrial],
        _ api: LiveAPI,
        _ token: String
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for trial in trials {
                group.addTask {
                    try await sight.show(on: trial, api, token)
                    _ = try await api.state(of: trial.venue, token) { $0.isWell }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Stops the markets, and names the venues whose book is not what is served of it once everything has arrived.
    private static func wrongBooks(
        _ trials: [VenueOnTrial],
        _ api: LiveAPI,
        _ clock: StoppableClock
    ) async throws -> [Venue] {
        clock.stop()
        defer { clock.goOn() }
        let symbol = try #require(Symbol("BTCUSDT"))
        var open = trials
        // The last frames are on their way: asked again until both say the same, which a wrong book never does.
        let deadline = ContinuousClock.now + .seconds(30)
        while !open.isEmpty, ContinuousClock.now < deadline {
            var still: [VenueOnTrial] = []
            for trial in open {
                let truth = try await trial.trueBook(depth: depth)
                let served = api.feed.books.view(of: symbol, on: trial.venue, depth: depth)
                let isTrue = truth.map { served?.bids == $0.bids && served?.asks == $0.asks } ?? false
                if !isTrue { still.append(trial) }
            }
            open = still
        }
        return open.map(\.venue)
    }

    /// Every fault has come by the second third; what grows from there to the last grows for good.
    private static func checkGrowth(_ memory: [Int]) {
        guard memory.count >= 3 * FaultSight.all.count else { return }
        let third = memory.count / 3
        let (middle, last) = (median(memory[third..<(2 * third)]), median(memory.suffix(third)))
        #expect(last * 10 <= middle * 11, "memory grows: \(memory)")
    }

    private static func median(_ values: ArraySlice<Int>) -> Int { values.sorted()[values.count / 2] }

    private static func report(_ fault: Fault, _ megabytes: Int, _ wrong: [Venue], _ api: LiveAPI) {
        let events = Venue.allCases.reduce(0) { $0 + api.feed.board.counters(of: $1).events }
        print("\(fault.rawValue): \(megabytes) MB, \(events) events so far, wrong books: \(wrong.count)")
    }

    private static var residentMB: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
    }
}
