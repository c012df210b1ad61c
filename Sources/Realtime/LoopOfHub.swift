import NIOCore
import Synchronization

/// An event loop with sockets, as the hub knows it.
final class LoopOfHub: Sendable {
    let eventLoop: any EventLoop
    let sockets: NIOLoopBound<RealtimeLoop>
    private let isDelivering = Atomic(false)

    init(_ eventLoop: any EventLoop, _ sockets: NIOLoopBound<RealtimeLoop>) {
        self.eventLoop = eventLoop
        self.sockets = sockets
    }

    /// - Returns: false while it still delivers the last tick.
    func takeTurn() -> Bool { !isDelivering.exchange(true, ordering: .acquiringAndReleasing) }

    func endTurn() { isDelivering.store(false, ordering: .releasing) }
}
