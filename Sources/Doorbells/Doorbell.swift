import Synchronization

/// Where those who commit something say so, and those who read it are told to look.
///
/// A ring carries no content and may be lost: what it tells of is in the database, and whoever reads there looks from time
/// to time in any case. In one process this is all; several are joined by a carrier.
package final class Doorbell: Sendable {
    private struct State {
        var listeners: [@Sendable (Ring) -> Void] = []
        var carrier: (@Sendable (Ring) -> Void)?
    }

    private let state = Mutex(State())
    private let joined = Atomic<Bool>(false)

    package init() {}

    /// Whether the rings of other processes get here, as far as is known: then looking less often costs nothing.
    package var isJoined: Bool { joined.load(ordering: .relaxed) }

    // MARK: For who commits and who reads

    /// Says that this process has committed something; returns at once.
    package func ring(_ ring: Ring) {
        let (listeners, carrier) = state.withLock { ($0.listeners, $0.carrier) }
        for listener in listeners { listener(ring) }
        carrier?(ring)
    }

    /// Calls the listener with every ring, on whatever thread; it must not stay.
    ///
    /// For the life of the program.
    package func onRing(_ listener: @escaping @Sendable (Ring) -> Void) {
        state.withLock { $0.listeners.append(listener) }
    }

    // MARK: For the carrier

    /// Takes the rings of this process to the others, without waiting.
    package func carry(with carrier: @escaping @Sendable (Ring) -> Void) {
        state.withLock { $0.carrier = carrier }
    }

    /// Another process has rung.
    package func hear(_ ring: Ring) {
        for listener in state.withLock({ $0.listeners }) { listener(ring) }
    }

    /// The way to the others is there, or gone: in both cases something may have been missed.
    package func join(_ isJoined: Bool) {
        joined.store(isJoined, ordering: .relaxed)
        hear(.anything)
    }
}
