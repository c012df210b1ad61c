import Postgres
import Testing

@Suite("The pool's decisions")
struct PoolStateTests {
    private static func state(
        minimum: Int = 1,
        maximum: Int = 2,
        waiters: Int = 3,
        depth: Int = 2
    ) -> PoolState<String, String> {
        var configuration = PostgresConfiguration(socketDirectory: "/", user: "u", database: "d")
        configuration.minimumConnections = minimum
        configuration.maximumConnections = maximum
        configuration.maximumWaiters = waiters
        configuration.pipelineDepth = depth
        return PoolState(configuration)
    }

    private static func opened(_ names: [String], _ state: PoolState<String, String>) -> PoolState<String, String> {
        var state = state
        for (index, name) in names.enumerated() {
            state.startedOpening()
            #expect(state.opened(1000 + index, name) == true)
        }
        return state
    }

    private static func lent(_ decision: PoolState<String, String>.Decision) -> ConnectionLease<String>? {
        if case .lend(let lease) = decision { lease } else { nil }
    }

    @Test("Connections are opened for those who wait, up to the maximum, and no more than they need")
    func opening() {
        var state = Self.state()
        #expect(state.missing == 0)
        for id in 1...3 {
            guard case .wait = state.ask(.exclusive) else {
                Issue.record("lent what is not there")
                return
            }
            state.enqueue(id: id, .exclusive, "caller \(id)")
        }
        #expect(state.missing == 2)
        state.startedOpening()
        #expect(state.missing == 1)
        state.startedOpening()
        #expect(state.missing == 0)
        guard case .turnAway(.poolExhausted(waiting: 3)) = state.ask(.shared) else {
            Issue.record("the waiting list has no bound")
            return
        }
        #expect(state.opened(10, "a") == true)
        #expect(state.serve().map(\.0) == ["caller 1"])
        state.failedOpening()
        #expect(state.missing == 1)
        #expect(state.removeWaiter(2) == "caller 2")
        #expect(state.removeWaiter(2) == nil)
    }

    @Test("The minimum is kept open while the pool runs, and after a connection ends")
    func minimum() {
        var state = Self.state(minimum: 2, maximum: 5)
        #expect(state.missing == 0)
        state.keepsMinimum = true
        #expect(state.missing == 2)
        state = Self.opened(["a", "b"], state)
        #expect(state.missing == 0)
        #expect(state.remove(1000) == "a")
        #expect(state.missing == 1)
        state.close()
        #expect(state.missing == 0)
    }

    @Test("The connection used last is lent first; one in exclusive use to nobody else")
    func exclusive() throws {
        var state = Self.opened(["a", "b"], Self.state())
        let first = try #require(Self.lent(state.ask(.exclusive)))
        let second = try #require(Self.lent(state.ask(.exclusive)))
        #expect([first.connection, second.connection] == ["b", "a"])
        guard case .wait = state.ask(.shared) else {
            Issue.record("an exclusive connection was shared")
            return
        }
        #expect(state.lentCount == 2)
        state.giveBack(second)
        state.giveBack(first)
        #expect(Self.lent(state.ask(.exclusive))?.connection == "b")
    }

    @Test("When none is idle, sharers join the connection with the fewest, up to the depth")
    func sharing() {
        var state = Self.opened(["a", "b"], Self.state(depth: 2))
        let leases = (0..<4).compactMap { _ in Self.lent(state.ask(.shared)) }
        #expect(leases.map(\.connection) == ["b", "a", "b", "a"] || leases.map(\.connection) == ["b", "a", "a", "b"])
        guard case .wait = state.ask(.shared) else {
            Issue.record("more share than the depth allows")
            return
        }
        state.enqueue(id: 1, .exclusive, "exclusive")
        state.enqueue(id: 2, .shared, "sharer")
        state.giveBack(leases[0])
        #expect(state.serve().isEmpty, "an exclusive caller waits for all sharers to leave")
        for lease in leases.dropFirst() where lease.member == leases[0].member { state.giveBack(lease) }
        #expect(state.serve().map(\.0) == ["exclusive"])
        #expect(state.waiters.map(\.ticket) == ["sharer"])
    }

    @Test("Nobody overtakes those who wait")
    func fairness() throws {
        var state = Self.opened(["a"], Self.state(maximum: 1, depth: 8))
        let lease = try #require(Self.lent(state.ask(.shared)))
        state.enqueue(id: 1, .exclusive, "first")
        guard case .wait = state.ask(.shared) else {
            Issue.record("a sharer went before one who waited")
            return
        }
        state.giveBack(lease)
        #expect(state.serve().map(\.0) == ["first"])
    }

    @Test("A connection that ended while lent is not lent again, and its place is free")
    func broken() throws {
        var state = Self.opened(["a", "b"], Self.state())
        let lease = try #require(Self.lent(state.ask(.exclusive)))
        #expect(state.remove(lease.member) != nil)
        state.giveBack(lease)
        #expect(state.openCount == 1)
        #expect(state.lentCount == 0)
    }

    @Test("Idle connections beyond the minimum are let go of when nobody used them since")
    func idle() throws {
        var state = Self.opened(["a", "b", "c"], Self.state(minimum: 1, maximum: 3))
        let before = state.step
        let lease = try #require(Self.lent(state.ask(.exclusive)))
        state.giveBack(lease)
        #expect(state.removeIdle(unusedSince: before).sorted() == ["a", "b"])
        #expect(state.connections == ["c"])
        #expect(state.removeIdle(unusedSince: state.step).isEmpty)
    }

    @Test("A closed pool lends nothing and welcomes no connection")
    func closed() {
        var state = Self.opened(["a"], Self.state())
        state.startedOpening()
        state.close()
        guard case .turnAway(.closed) = state.ask(.shared) else {
            Issue.record("a closed pool lends")
            return
        }
        #expect(state.opened(5, "b") == false)
    }

    @Test("Pauses double up to their bound, and begin anew after a success")
    func backoff() {
        var backoff = Backoff(first: .milliseconds(50), longest: .seconds(2))
        let pauses = (0..<8).map { _ in backoff.next(jitter: 1) }
        #expect(pauses == [50, 100, 200, 400, 800, 1600, 2000, 2000].map { .milliseconds($0) })
        #expect(backoff.next(jitter: 0) == .seconds(1))
        for _ in 0..<100 { #expect(backoff.next() <= .seconds(2)) }
        backoff.reset()
        #expect(backoff.next(jitter: 1) == .milliseconds(50))
    }
}
