import NIOCore
import Synchronization

/// Keeps a server running while it has WebSockets, by one task for all of them.
///
/// A task of its own for each would be the largest part of what an idle socket costs in memory.
final class OpenSockets: Sendable {
    private struct State {
        var open = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Counts a socket until it is closed, and returns at once where somebody waits already, else when all are closed.
    func stay(with channel: any Channel) async {
        let isFirst = state.withLock { state in
            state.open += 1
            return state.open == 1
        }
        channel.closeFuture.whenComplete { _ in self.left() }
        guard isFirst else { return }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.open > 0 { state.waiting.append(continuation) }
                return state.open == 0
            }
            if isOver { continuation.resume() }
        }
    }

    private func left() {
        let done = state.withLock { state in
            state.open -= 1
            guard state.open == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in done { waiter.resume() }
    }
}
