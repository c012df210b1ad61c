package import Addressing
import DequeModule
import Synchronization

/// How many requests one caller may make in a window.
package struct RateLimitPolicy: Hashable, Sendable {
    /// Named in the `RateLimit` headers.
    package let name: String
    package let limit: Int
    package let windowMilliseconds: Int64

    package init(name: String, limit: Int, windowMilliseconds: Int64) {
        precondition(limit > 0 && windowMilliseconds > 0, "a limit allows something in some time")
        self.name = name
        self.limit = limit
        self.windowMilliseconds = windowMilliseconds
    }
}

/// Whom a limit counts.
package struct RateLimitKey: Hashable, Sendable {
    private let policy: String
    private let high: UInt64
    private let low: UInt64
    private let isUser: Bool

    /// Counts an address: an IPv6 address with its /64.
    package static func address(_ address: NetworkAddress, policy: RateLimitPolicy) -> RateLimitKey {
        let subscriber = address.subscriber
        return RateLimitKey(policy: policy.name, high: subscriber.high, low: subscriber.low, isUser: false)
    }

    /// Counts an account by the 128 bits of its id.
    package static func user(high: UInt64, low: UInt64, policy: RateLimitPolicy) -> RateLimitKey {
        RateLimitKey(policy: policy.name, high: high, low: low, isUser: true)
    }
}

/// What one request takes of a limit.
///
/// A limit of 100 is a hundred ordinary requests; a caller of a higher tier gets more out of it, a costly route takes
/// more. Counted in sixtieths of an ordinary request, so that all of it stays whole.
package struct RequestCost: Hashable, Sendable {
    let units: Int
    /// Of an ordinary request of the same caller.
    let ordinaryUnits: Int

    static let unitsPerRequest = 60

    package static let ordinary = RequestCost(weight: 1, allowance: 1)

    /// The cost of a request.
    ///
    /// - Parameters:
    ///   - weight: how many ordinary requests the route is worth.
    ///   - allowance: how many times the ordinary number of requests the caller has; a divisor of 60.
    package init(weight: Int, allowance: Int) {
        precondition(weight > 0 && allowance > 0, "a request costs something")
        precondition(Self.unitsPerRequest % allowance == 0, "the allowance divides an ordinary request evenly")
        ordinaryUnits = Self.unitsPerRequest / allowance
        units = weight * ordinaryUnits
    }
}

/// What a limit says about one request.
package struct RateLimitDecision: Hashable, Sendable {
    package let isAllowed: Bool
    /// Ordinary requests of this caller that the whole limit holds.
    package let quota: Int
    /// Ordinary requests left in the window that ends now, after this one.
    package let remaining: Int
    /// Whole seconds, at least 1: until a refused request would pass, or until one more is allowed than now.
    package let resetSeconds: Int
}

/// An exact sliding-window limit: in every window of the policy's length requests of at most `limit` pass.
///
/// It keeps the time of each passed request, so no burst slips through at a window's edge. Refused requests are not
/// counted: a caller who waits as told is served. Times come from a monotonic clock. Memory is bounded by the number
/// of callers and by the passes kept for all of them: when full, callers without a request in their window go first,
/// then those heard least recently.
package final class RateLimiter: Sendable {
    private struct State {
        var windows: [RateLimitKey: RateLimitWindow] = [:]
        /// In all windows together.
        var passes = 0
    }

    private let state = Mutex(State())
    private let maximumCallers: Int
    private let maximumPasses: Int
    private let now: @Sendable () -> Int64

    /// Creates a limiter.
    ///
    /// - Parameters:
    ///   - maximumCallers: callers remembered at once.
    ///   - maximumPasses: requests remembered at once, 16 bytes each.
    ///   - now: milliseconds of a clock that never goes back.
    package init(
        maximumCallers: Int = 50_000,
        maximumPasses: Int = 2_000_000,
        now: @escaping @Sendable () -> Int64
    ) {
        precondition(maximumCallers > 0 && maximumPasses > 0, "somebody must be counted")
        self.maximumCallers = maximumCallers
        self.maximumPasses = maximumPasses
        self.now = now
    }

    /// Counts one request if the policy allows it.
    package func admit(
        _ key: RateLimitKey,
        policy: RateLimitPolicy,
        cost: RequestCost = .ordinary
    ) -> RateLimitDecision {
        state.withLock { state in
            let time = now()
            let isFull = state.windows[key] == nil && state.windows.count >= maximumCallers
            if isFull || state.passes >= maximumPasses { Self.evict(from: &state, keeping: key, at: time) }
            let before = state.windows[key]?.passed.count ?? 0
            let decision = state.windows[key, default: RateLimitWindow(length: policy.windowMilliseconds)].admit(
                at: time,
                policy: policy,
                cost: cost
            )
            state.passes += (state.windows[key]?.passed.count ?? 0) - before
            return decision
        }
    }

    /// Callers remembered now.
    package var callerCount: Int { state.withLock { $0.windows.count } }
    /// Requests remembered now.
    package var passCount: Int { state.withLock { $0.passes } }

    /// Drops idle callers; if that leaves more than nine tenths of what was there, those heard least recently, too.
    private static func evict(from state: inout State, keeping current: RateLimitKey, at time: Int64) {
        let callers = state.windows.count * 9 / 10
        let passes = state.passes * 9 / 10
        state.windows = state.windows.filter { $0.value.lastPass > time - $0.value.length }
        state.passes = state.windows.values.reduce(0) { $0 + $1.passed.count }
        for (key, window) in state.windows.sorted(by: { $0.value.lastPass < $1.value.lastPass }) where key != current {
            guard state.windows.count > callers || state.passes > passes else { return }
            state.windows[key] = nil
            state.passes -= window.passed.count
        }
    }
}

/// When one caller's requests passed, oldest first, those of one millisecond together.
private struct RateLimitWindow {
    var passed: Deque<(time: Int64, units: Int)> = []
    private var used = 0
    let length: Int64

    init(length: Int64) { self.length = length }

    var lastPass: Int64 { passed.last?.time ?? .min }

    mutating func admit(at time: Int64, policy: RateLimitPolicy, cost: RequestCost) -> RateLimitDecision {
        while let first = passed.first, first.time <= time - policy.windowMilliseconds {
            passed.removeFirst()
            used -= first.units
        }
        let limit = policy.limit * RequestCost.unitsPerRequest
        let isAllowed = used + cost.units <= limit
        if isAllowed {
            used += cost.units
            if let last = passed.last, last.time == time {
                passed[passed.count - 1].units += cost.units
            } else {
                passed.append((time, cost.units))
            }
        }
        let wait = self.wait(for: isAllowed ? 1 : used + cost.units - limit, at: time, policy)
        return RateLimitDecision(
            isAllowed: isAllowed,
            quota: limit / cost.ordinaryUnits,
            remaining: (limit - used) / cost.ordinaryUnits,
            resetSeconds: max(1, Int((wait + 999) / 1000))
        )
    }

    /// Milliseconds until so many units have left the window.
    private func wait(for units: Int, at time: Int64, _ policy: RateLimitPolicy) -> Int64 {
        var left = units
        for pass in passed {
            left -= pass.units
            if left <= 0 { return pass.time + policy.windowMilliseconds - time }
        }
        return policy.windowMilliseconds
    }
}
