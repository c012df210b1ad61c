import Synchronization

/// Makes a served venue misbehave on command, for those who test what a reader does then.
package final class FaultControl: Sendable {
    fileprivate struct State {
        var isSilent = false
        var garbled = 0
        var duplicated = 0
        var isHeld = false
        /// Frames kept back while delayed, in order.
        var held: [StreamHub.Frame] = []
    }

    /// Frames kept back at most; what comes after is lost, as a full queue on a venue's side would lose it.
    private static let mostHeld = 100_000

    private let state = Mutex(State())

    /// Streams fall silent, or speak again; connections stay open and answer.
    package func silence(_ isSilent: Bool) { state.withLock { $0.isSilent = isSilent } }

    /// The next frames are cut in half, so that they are not JSON.
    package func garble(frames: Int) { state.withLock { $0.garbled = frames } }

    /// The next frames arrive twice.
    package func duplicate(frames: Int) { state.withLock { $0.duplicated = frames } }

    /// Frames are kept back until the delay ends, then all come at once, late.
    package func delay(_ isDelayed: Bool) { state.withLock { $0.isHeld = isDelayed } }

    func applied(to frames: [StreamHub.Frame]) -> [StreamHub.Frame] {
        state.withLock { state in
            if state.isSilent { return [] }
            if state.isHeld {
                state.held += frames.prefix(Self.mostHeld - state.held.count)
                return []
            }
            guard state.garbled > 0 || state.duplicated > 0 || !state.held.isEmpty else { return frames }
            let due = state.held + frames
            state.held = []
            return due.flatMap { state.applied(to: $0) }
        }
    }
}

extension FaultControl.State {
    fileprivate mutating func applied(to frame: StreamHub.Frame) -> [StreamHub.Frame] {
        var frame = frame
        if garbled > 0 {
            garbled -= 1
            let combined = frame.combined ?? frame.wrapped
            frame.combined = Array(combined.prefix(combined.count / 2))
            frame.data = Array(frame.data.prefix(frame.data.count / 2))
        }
        guard duplicated > 0 else { return [frame] }
        duplicated -= 1
        return [frame, frame]
    }
}
