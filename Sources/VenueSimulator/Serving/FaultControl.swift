import Synchronization

/// One way in which a venue or the line to it goes wrong.
package enum Fault: String, CaseIterable, Hashable, Sendable {
    /// A frame is lost.
    case drop
    /// A frame arrives twice.
    case duplicate
    /// A frame arrives behind its successor on the same stream.
    case reorder
    /// Frames are kept back, then all come at once.
    case delay
    /// A frame is cut in half.
    case garble
    /// Streams say nothing; connections stay open and answer.
    case silence
    /// Connections stay open, and nothing is read from them or sent to them any more.
    case halfOpen
    /// Frames come at a trickle, later and later.
    case slow
    /// Everything but books comes many times over.
    case flood
    /// Connections end without a close frame.
    case cut
}

/// Makes a served venue misbehave on command, for those who test what a reader does then.
///
/// Commands that name frames act on the next ones sent after the command; with `stream` only on those whose stream's
/// name holds that text, `depth` or `tickers.BTCUSDT`.
package final class FaultControl: Sendable {
    private let plan = Mutex(FaultPlan())
    private let connections = Mutex<@Sendable () -> [StreamConnection]>({ [] })

    /// How many frames, for ``Fault/halfOpen`` and ``Fault/cut`` connections, each fault has struck so far.
    package var counts: [Fault: Int] { plan.withLock(\.counts) }

    /// The next frames are lost.
    package func drop(frames: Int, of stream: String? = nil) { aim(.drop, frames, stream) }

    /// The next frames arrive twice.
    package func duplicate(frames: Int, of stream: String? = nil) { aim(.duplicate, frames, stream) }

    /// The next frames arrive behind their successors.
    package func reorder(frames: Int, of stream: String? = nil) { aim(.reorder, frames, stream) }

    /// The next frames are cut in half, so that they cannot be understood.
    package func garble(frames: Int, of stream: String? = nil) { aim(.garble, frames, stream) }

    /// Streams fall silent, or speak again; connections stay open and answer.
    package func silence(_ isSilent: Bool) { plan.withLock { $0.isSilent = isSilent } }

    /// Frames are kept back until the delay ends, then all come at once, late.
    package func delay(_ isDelayed: Bool) { plan.withLock { $0.isHeld = isDelayed } }

    /// At most so many frames leave in so many steps of the market, the rest queue up, so that they are later and later.
    ///
    /// Nil ends it, and the queue comes at once.
    package func slow(frames: Int?, inSteps steps: Int = 1) {
        plan.withLock { $0.trickle = frames.map { FaultPlan.Trickle(frames: $0, steps: max(1, steps)) } }
    }

    /// Each frame that is not of a book comes so many times; 1 ends it.
    package func flood(copies: Int) { plan.withLock { $0.copies = max(1, copies) } }

    /// Frames are dropped, doubled, swapped or garbled at random, each with this probability; 0 ends it.
    package func disturb(share: Double, seed: UInt64) { plan.withLock { $0.disturb(share, seed) } }

    /// Leaves every connection of this moment open and dead.
    package func halfOpen() {
        let open = connections.withLock { $0 }()
        plan.withLock { $0.count(.halfOpen, open.count) }
        for connection in open { connection.abandon() }
    }

    /// Breaks every connection without a close frame.
    package func cut() {
        let open = connections.withLock { $0 }()
        plan.withLock { $0.count(.cut, open.count) }
        for connection in open { connection.cut() }
    }

    func watch(_ open: @escaping @Sendable () -> [StreamConnection]) { connections.withLock { $0 = open } }

    func applied(to frames: [StreamHub.Frame]) -> [StreamHub.Frame] {
        plan.withLock { $0.applied(to: frames) }
    }

    private func aim(_ fault: Fault, _ frames: Int, _ stream: String?) {
        plan.withLock { $0.aim(fault, frames, stream) }
    }
}
