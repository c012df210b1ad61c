package import NIOCore

/// How often all connections of a dialect together may try to connect within a sliding window.
package final class AttemptBudget {
    private let policy: ConnectionPolicy.Attempts
    /// When attempts were made, oldest first; at most as many as are allowed.
    private var made: [NIODeadline] = []

    package init(_ policy: ConnectionPolicy.Attempts) {
        precondition(policy.count > 0, "a budget of nothing lets nobody connect")
        self.policy = policy
    }

    /// Counts an attempt and returns nil, or says how long to wait first.
    package func claim(at now: NIODeadline) -> TimeAmount? {
        made.removeAll { $0 + policy.window <= now }
        if made.count >= policy.count, let oldest = made.first { return oldest + policy.window - now }
        made.append(now)
        return nil
    }
}
