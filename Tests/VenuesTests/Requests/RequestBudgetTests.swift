import Markets
import Synchronization
import TestKit
import Testing
import Venues

@Suite("Request budget")
struct RequestBudgetTests {
    private func at(_ seconds: Double) -> MarketTime {
        MarketTime(milliseconds: 1_800_000_000_000 + Int64(seconds * 1000))
    }

    private func machine(_ weight: Int, perSeconds seconds: Int = 60) -> RequestBudgetMachine {
        RequestBudgetMachine(RequestRules(total: .init(weight, perSeconds: seconds)))
    }

    @Test("Weight is booked until the span's is spent, and comes back as it gets older than the span")
    func span() {
        var machine = machine(100)
        #expect(machine.request(weight: 60, at: at(1)) == .go)
        #expect(machine.request(weight: 40, at: at(30)) == .go)
        #expect(machine.used(at: at(30)) == 100)
        #expect(machine.request(weight: 1, at: at(31)) == .wait(until: at(61)))
        #expect(machine.request(weight: 61, at: at(31)) == .wait(until: at(90)))
        #expect(machine.used(at: at(61)) == 40)
        #expect(machine.request(weight: 60, at: at(61)) == .go)
        #expect(machine.request(weight: 1, at: at(61)) == .wait(until: at(90)))
    }

    @Test("What the venue counted counts when it is more than ours")
    func reported() {
        var machine = machine(100)
        _ = machine.request(weight: 10, at: at(0))
        machine.report(usedWeight: 95, at: at(1))
        #expect(machine.request(weight: 10, at: at(2)) == .wait(until: at(60)))
        machine.report(usedWeight: 5, at: at(3))
        #expect(machine.used(at: at(3)) == 95)
        machine.report(usedWeight: 5, at: at(62))
        #expect(machine.used(at: at(62)) == 5)
    }

    @Test("A request above the whole budget goes out alone")
    func aboveAll() {
        var machine = machine(10)
        #expect(machine.request(weight: 80, at: at(0)) == .go)
        #expect(machine.request(weight: 1, at: at(1)) == .wait(until: at(60)))
        #expect(machine.request(weight: 1, at: at(60)) == .go)
        #expect(machine.request(weight: 80, at: at(61)) == .wait(until: at(120)))
    }

    @Test("Told to stay away, nothing is asked until then, and a shorter order does not shorten it")
    func blocked() {
        var machine = machine(100)
        machine.block(until: at(90))
        machine.block(until: at(10))
        #expect(machine.request(weight: 1, at: at(20)) == .wait(until: at(90)))
        #expect(machine.request(weight: 1, at: at(90)) == .go)
    }

    @Test("A clock set back hands out no fresh budget")
    func clockBack() {
        var machine = machine(10)
        #expect(machine.request(weight: 10, at: at(120)) == .go)
        #expect(machine.request(weight: 1, at: at(0)) == .wait(until: at(180)))
    }

    @Test("Endpoints with a count of their own are counted by themselves")
    func endpoints() {
        var machine = RequestBudgetMachine(.okx)
        for _ in 0..<32 { #expect(machine.request(weight: 1, path: "/api/v5/market/candles?a=b", at: at(0)) == .go) }
        #expect(machine.request(weight: 1, path: "/api/v5/market/candles", at: at(1)) == .wait(until: at(2)))
        #expect(machine.request(weight: 1, path: "/api/v5/market/books", at: at(1)) == .go)
        for _ in 0..<8 { #expect(machine.request(weight: 1, path: "/api/v5/public/time", at: at(1)) == .go) }
        #expect(machine.request(weight: 1, path: "/api/v5/public/status", at: at(1)) == .wait(until: at(3)))
    }

    /// The venues' published rules, in full: what ours must never pass.
    static let venues: [(name: String, rules: RequestRules, paths: [String], limits: [(prefix: String, Int, Int64)])] =
        [
            ("binance spot", .binanceSpot, ["/api/v3/depth"], [("", 6000, 60)]),
            ("binance usdm", .binanceUSDM, ["/fapi/v1/depth"], [("", 2400, 60)]),
            ("bybit", .bybit, ["/v5/market/tickers"], [("", 600, 5)]),
            (
                "okx", .okx,
                ["/api/v5/market/candles?x", "/api/v5/public/instruments", "/api/v5/public/position-tiers"],
                [
                    ("/api/v5/market/candles", 40, 2), ("/api/v5/public/instruments", 20, 2),
                    ("/api/v5/public/position-tiers", 10, 2),
                ]
            ),
            ("mexc spot", .mexcSpot, ["/api/v3/ticker/24hr"], [("", 500, 10)]),
            ("mexc futures", .mexcFutures, ["/api/v1/contract/depth/BTC_USDT"], [("/api/v1/contract/depth", 10, 2)]),
        ]

    /// A venue counts in spans of its own, with a clock that is not ours, and answers with bans of its own.
    @Test(
        "A day of abuse by impatient callers never passes the venue's rule, wherever its spans begin",
        arguments: venues
    )
    func day(name: String, rules: RequestRules, paths: [String], limits: [(prefix: String, Int, Int64)]) {
        var random = SeededGenerator(seed: 0x6461_7973)
        var machine = RequestBudgetMachine(rules)
        let offset = Int64.random(in: 0..<60_000, using: &random)
        var counts: [Int: (span: Int64, weight: Int)] = [:]
        var now: Int64 = 0
        var (sent, refused, highest, banned, passed) = (0, 0, 0.0, 0, 0)
        var bannedUntil: Int64 = 0
        while now < 86_400_000 {
            // Bursts of callers that ask at once, then a pause.
            now += [0, 0, 1, 5, 400, 3000][Int.random(in: 0..<6, using: &random)]
            let path = paths[Int.random(in: 0..<paths.count, using: &random)]
            let weight = paths.count > 1 ? 1 : [1, 2, 5, 40, 80][Int.random(in: 0..<5, using: &random)]
            let instant = MarketTime(milliseconds: 1_800_000_000_000 + now)
            guard case .go = machine.request(weight: weight, path: path, at: instant) else {
                refused += 1
                continue
            }
            sent += 1
            if now < bannedUntil { banned += 1 }
            for (index, limit) in limits.enumerated() where path.hasPrefix(limit.prefix) {
                let span = (now + offset) / (limit.2 * 1000)
                let before = counts[index].flatMap { $0.span == span ? $0.weight : nil } ?? 0
                let after = before + (limit.prefix.isEmpty ? weight : 1)
                counts[index] = (span, after)
                highest = max(highest, Double(after) / Double(limit.1))
                if after > limit.1 { passed += 1 }
            }
            // Now and then the venue wants us gone for no reason that we know.
            if Int.random(in: 0..<5000, using: &random) == 0 {
                bannedUntil = now + 120_000
                machine.block(until: instant.adding(milliseconds: 120_000))
            }
        }
        #expect(passed == 0 && banned == 0)
        #expect(sent > 10_000 && refused > 1_000, "\(name): \(sent) sent, \(refused) refused")
        #expect(highest > 0.5, "the budget is used and not only kept")
    }

    @Test("A request past the budget waits and then goes")
    func waits() async throws {
        let clock = TestTime(at(50))
        let budget = RequestBudget(RequestRules(total: .init(10, perSeconds: 60)), clock: clock.clock)
        try await budget.acquire(weight: 10)
        try await budget.acquire(weight: 3)
        #expect(clock.slept == [.seconds(60)])
        #expect(await budget.used == 3)
    }

    @Test("A long order to stay away is told to the caller and not waited for")
    func longOrder() async throws {
        let clock = TestTime(at(0))
        let budget = RequestBudget(RequestRules(total: .init(10, perSeconds: 60)), clock: clock.clock)
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
