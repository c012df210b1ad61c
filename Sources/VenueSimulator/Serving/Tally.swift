import Synchronization

/// What clients of a served venue did wrong, for those who test that they do nothing.
package struct Violations: Hashable, Sendable {
    /// Addresses shut out for a time, by 418 or 403.
    package var bansIssued = 0
    /// Requests refused for being too many, by 429 or the venue's own code.
    package var requestsRefused = 0
    /// Handshakes refused for being too many.
    package var connectionsRefused = 0
    /// Connections closed because their client sent too much.
    package var floodersClosed = 0
    /// Connections closed because their client did not keep them alive.
    package var silentClosed = 0
}

/// Counts violations from every thread.
final class Tally: Sendable {
    private let state = Mutex(Violations())

    var violations: Violations { state.withLock { $0 } }

    func count(_ what: any WritableKeyPath<Violations, Int> & Sendable) {
        state.withLock { $0[keyPath: what] += 1 }
    }
}
