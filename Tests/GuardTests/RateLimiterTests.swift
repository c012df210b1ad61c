import Addressing
import Guard
import Synchronization
import Testing

@Suite("Rate limiter")
struct RateLimiterTests {
    private let policy = RateLimitPolicy(name: "default", limit: 3, windowMilliseconds: 1_000)
    private let caller = RateLimitKey.user(
        high: 1,
        low: 2,
        policy: RateLimitPolicy(name: "default", limit: 3, windowMilliseconds: 1_000)
    )

    /// A clock that moves only when told to.
    private final class Clock: Sendable {
        private let time = Atomic<Int64>(0)
        var now: Int64 { time.load(ordering: .sequentiallyConsistent) }
        func set(_ value: Int64) { time.store(value, ordering: .sequentiallyConsistent) }
    }

    @Test("Each row of a script gives the stated answer")
    func script() {
        let clock = Clock()
        let limiter = RateLimiter { clock.now }
        // (milliseconds, allowed, remaining, seconds until one more is allowed)
        let script: [(Int64, Bool, Int, Int)] = [
            (0, true, 2, 1),
            (400, true, 1, 1),
            (999, true, 0, 1),
            (999, false, 0, 1),
            (1_000, true, 0, 1),  // the request of 0 ms has left the window
            (1_001, false, 0, 1),
            (1_399, false, 0, 1),
            (1_400, true, 0, 1),
            (9_000, true, 2, 1),
        ]
        for (time, allowed, remaining, reset) in script {
            clock.set(time)
            let decision = limiter.admit(caller, policy: policy)
            #expect(decision.isAllowed == allowed && decision.remaining == remaining, "\(time) ms")
            #expect(decision.resetSeconds == reset, "\(time) ms")
        }
    }

    @Test("The wait that is announced is long enough, to the second")
    func announcedWait() {
        let clock = Clock()
        let limiter = RateLimiter { clock.now }
        let slow = RateLimitPolicy(name: "slow", limit: 1, windowMilliseconds: 60_000)
        let key = RateLimitKey.user(high: 0, low: 0, policy: slow)
        _ = limiter.admit(key, policy: slow)
        clock.set(500)
        let refused = limiter.admit(key, policy: slow)
        #expect(!refused.isAllowed && refused.resetSeconds == 60)
        clock.set(500 + Int64(refused.resetSeconds) * 1000)
        #expect(limiter.admit(key, policy: slow).isAllowed)
    }

    @Test("A thousand requests at once pass exactly as many as the limit says")
    func concurrency() async {
        let limiter = RateLimiter { 0 }
        let policy = RateLimitPolicy(name: "burst", limit: 100, windowMilliseconds: 60_000)
        let passed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1_000 {
                group.addTask { limiter.admit(.user(high: 7, low: 7, policy: policy), policy: policy).isAllowed }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(passed == 100)
    }

    @Test("Callers are counted apart, an address by its IPv6 /64, and each policy by itself")
    func keys() throws {
        let limiter = RateLimiter { 0 }
        let one = RateLimitPolicy(name: "one", limit: 1, windowMilliseconds: 1_000)
        let other = RateLimitPolicy(name: "other", limit: 1, windowMilliseconds: 1_000)
        func admit(_ text: String, _ policy: RateLimitPolicy) throws -> Bool {
            limiter.admit(.address(try #require(NetworkAddress(text)), policy: policy), policy: policy).isAllowed
        }
        #expect(try admit("2001:db8::1", one))
        #expect(try !admit("2001:db8::ffff:1", one))
        #expect(try admit("2001:db8:0:1::1", one))
        #expect(try admit("2001:db8::1", other))
        #expect(try admit("192.0.2.1", one))
        #expect(try admit("192.0.2.2", one))
        #expect(try !admit("::ffff:192.0.2.2", one))
    }

    @Test("Memory stays bounded, and who is inside a window outlives who is not")
    func bounded() {
        let clock = Clock()
        let limiter = RateLimiter(maximumCallers: 100) { clock.now }
        for caller in 0..<50 { _ = limiter.admit(.user(high: 0, low: UInt64(caller), policy: policy), policy: policy) }
        clock.set(5_000)
        let busy = RateLimitKey.user(high: 9, low: 9, policy: policy)
        for _ in 0..<3 { _ = limiter.admit(busy, policy: policy) }
        for caller in 1_000..<1_060 {
            _ = limiter.admit(.user(high: 0, low: UInt64(caller), policy: policy), policy: policy)
        }
        #expect(limiter.callerCount <= 100)
        #expect(!limiter.admit(busy, policy: policy).isAllowed)
        for caller in 0..<10_000 {
            _ = limiter.admit(.user(high: 1, low: UInt64(caller), policy: policy), policy: policy)
        }
        #expect(limiter.callerCount <= 100)
    }
}
