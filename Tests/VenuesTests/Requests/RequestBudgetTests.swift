import Markets
import Synchronization
import Testing
import Venues

@Suite("Request budget")
struct RequestBudgetTests {
    private func at(_ seconds: Double) -> MarketTime {
        // A whole minute, plus.
        MarketTime(milliseconds: 1_800_000_000_000 + Int64(seconds * 1000))
    }

    @Test("Weight is booked until the minute's is spent, and comes back with the next minute")
    func minute() {
        var machine = RequestBudgetMachine(limit: 100)
        #expect(machine.request(weight: 60, at: at(1)) == .go)
        #expect(machine.request(weight: 40, at: at(30)) == .go)
        #expect(machine.used(at: at(30)) == 100)
        #expect(machine.request(weight: 1, at: at(31)) == .wait(until: at(60)))
        #expect(machine.used(at: at(60)) == 0)
        #expect(machine.request(weight: 1, at: at(60)) == .go)
    }

    @Test("What the venue counted counts when it is more than ours")
    func reported() {
        var machine = RequestBudgetMachine(limit: 100)
        _ = machine.request(weight: 10, at: at(0))
        machine.report(usedWeight: 95, at: at(1))
        #expect(machine.request(weight: 10, at: at(2)) == .wait(until: at(60)))
        machine.report(usedWeight: 5, at: at(3))
        #expect(machine.used(at: at(3)) == 95)
        machine.report(usedWeight: 5, at: at(61))
        #expect(machine.used(at: at(61)) == 5)
    }

    @Test("A request above the whole budget goes out alone at the start of a minute")
    func aboveAll() {
        var machine = RequestBudgetMachine(limit: 10)
        #expect(machine.request(weight: 80, at: at(0)) == .go)
        #expect(machine.request(weight: 1, at: at(1)) == .wait(until: at(60)))
    }

    @Test("Told to stay away, nothing is asked until then, and a shorter order does not shorten it")
    func blocked() {
        var machine = RequestBudgetMachine(limit: 100)
        machine.block(until: at(90))
        machine.block(until: at(10))
        #expect(machine.request(weight: 1, at: at(20)) == .wait(until: at(90)))
        #expect(machine.request(weight: 1, at: at(90)) == .go)
    }

    @Test("A clock set back hands out no fresh budget")
    func clockBack() {
        var machine = RequestBudgetMachine(limit: 10)
        #expect(machine.request(weight: 10, at: at(120)) == .go)
        #expect(machine.request(weight: 1, at: at(0)) == .wait(until: at(180)))
    }

    @Test("A request past the budget waits for the next minute and then goes")
    func waits() async throws {
        let clock = TestTime(at(50))
        let budget = RequestBudget(limit: 10, clock: clock.clock)
        try await budget.acquire(weight: 10)
        try await budget.acquire(weight: 3)
        #expect(clock.slept == [.seconds(10)])
        #expect(await budget.used == 3)
    }

    @Test("A long order to stay away is told to the caller and not waited for")
    func longOrder() async throws {
        let clock = TestTime(at(0))
        let budget = RequestBudget(limit: 10, clock: clock.clock)
        await budget.block(seconds: 300)
        await #expect(throws: VenueRequestError.budgetExhausted(retryAfterSeconds: 300)) {
            try await budget.acquire(weight: 1)
        }
        #expect(clock.slept.isEmpty)
    }
}

/// A clock that stands still until somebody sleeps, which takes no time and moves it.
final class TestTime: Sendable {
    private let state: Mutex<(now: MarketTime, slept: [Duration])>

    init(_ now: MarketTime) { state = Mutex((now, [])) }

    var slept: [Duration] { state.withLock { $0.slept } }

    var clock: VenueClock {
        VenueClock(
            now: { self.state.withLock { $0.now } },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.now = state.now.adding(milliseconds: Int64(duration / .milliseconds(1)))
                    state.slept.append(duration)
                }
            }
        )
    }
}
