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

/// What a limit says about one request.
package struct RateLimitDecision: Hashable, Sendable {
    package let isAllowed: Bool
    /// Requests left in the window that ends now, after this one.
    package let remaining: Int
    /// Whole seconds, at least 1, until the oldest counted request leaves the window and one more is allowed.
    package let resetSeconds: Int
}

/// An exact sliding-window limit: in every window of the policy's length at most `limit` requests pass.
///
/// It keeps the time of each passed request, so no burst slips through at a window's edge. Refused requests are not
/// counted: a caller who waits as told is served. Times come from a monotonic clock. Memory is bounded by the number
/// of callers: when full, callers without a request in their window go first, then those heard least recently.
package final class RateLimiter: Sendable {
    private let windows = Mutex<[RateLimitKey: RateLimitWindow]>([:])
    private let maximumCallers: Int
    private let now: @Sendable () -> Int64

    /// Creates a limiter.
    ///
    /// - Parameters:
    ///   - maximumCallers: callers remembered at once.
    ///   - now: milliseconds of a clock that never goes back.
    package init(maximumCallers: Int = 50_000, now: @escaping @Sendable () -> Int64) {
        precondition(maximumCallers > 0, "somebody must be counted")
        self.maximumCallers = maximumCallers
        self.now = now
    }

    /// Counts one request if the policy allows it.
    package func admit(_ key: RateLimitKey, policy: RateLimitPolicy) -> RateLimitDecision {
        windows.withLock { windows in
            let time = now()
            if windows[key] == nil, windows.count >= maximumCallers { Self.evict(from: &windows, at: time) }
            return windows[key, default: RateLimitWindow(length: policy.windowMilliseconds)].admit(
                at: time,
                policy: policy
            )
        }
    }

    /// Callers remembered now.
    package var callerCount: Int { windows.withLock { $0.count } }

    /// Drops idle callers; if that frees less than a tenth, the least recently heard ones until a tenth is free.
    private static func evict(from windows: inout [RateLimitKey: RateLimitWindow], at time: Int64) {
        let full = windows.count
        windows = windows.filter { ($0.value.passed.last ?? .min) > time - $0.value.length }
        let excess = windows.count - full * 9 / 10
        guard excess > 0 else { return }
        let oldest = windows.sorted { ($0.value.passed.last ?? .min) < ($1.value.passed.last ?? .min) }
        for (key, _) in oldest.prefix(excess) { windows[key] = nil }
    }
}

/// When one caller's requests passed, oldest first.
private struct RateLimitWindow {
    var passed: Deque<Int64> = []
    let length: Int64

    mutating func admit(at time: Int64, policy: RateLimitPolicy) -> RateLimitDecision {
        while let first = passed.first, first <= time - policy.windowMilliseconds { passed.removeFirst() }
        let isAllowed = passed.count < policy.limit
        if isAllowed { passed.append(time) }
        let oldest = passed.first ?? time
        return RateLimitDecision(
            isAllowed: isAllowed,
            remaining: policy.limit - passed.count,
            resetSeconds: max(1, Int((oldest + policy.windowMilliseconds - time + 999) / 1000))
        )
    }
}
