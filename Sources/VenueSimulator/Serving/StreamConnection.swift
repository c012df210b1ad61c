import NIOCore
import Synchronization
import WebSockets

/// One client's WebSocket as the hub sees it: a way in for frames, and how much of them it has not taken yet.
final class StreamConnection: Sendable {
    /// Whether frames travel as `{"stream":…,"data":…}`.
    let isCombined: Bool
    let channel: any Channel
    private let pending = Mutex(0)

    init(channel: any Channel, isCombined: Bool) {
        self.channel = channel
        self.isCombined = isCombined
    }

    /// Frames handed over and not yet taken by the socket.
    ///
    /// The connection's limits bound their bytes: a reader that falls behind by more is cut by the message handler.
    var pendingFrames: Int { pending.withLock { $0 } }

    func send(_ frames: [ByteBuffer]) {
        guard !frames.isEmpty else { return }
        let count = frames.count
        pending.withLock { $0 += count }
        channel.eventLoop.execute { [channel] in
            for frame in frames.dropLast() {
                channel.write(WebSocketOutput.prepared(frame), promise: nil)
            }
            let taken = channel.eventLoop.makePromise(of: Void.self)
            channel.writeAndFlush(WebSocketOutput.prepared(frames[count - 1]), promise: taken)
            taken.futureResult.whenComplete { _ in self.pending.withLock { $0 -= count } }
        }
    }

    /// Returns when everything sent so far has been taken by the socket, or never will be.
    func drained(cuttingAfterSeconds seconds: Int64) async {
        let taken = channel.eventLoop.makePromise(of: Void.self)
        channel.eventLoop.execute { [channel] in
            // Writes are taken in order: an empty one is taken after all before it.
            channel.writeAndFlush(WebSocketOutput.prepared(ByteBuffer()), promise: taken)
        }
        let deadline = channel.eventLoop.scheduleTask(in: .seconds(seconds)) { [channel] in
            channel.close(mode: .all, promise: nil)
        }
        try? await taken.futureResult.get()
        deadline.cancel()
    }

    func close(code: UInt16, reason: String) {
        channel.eventLoop.execute { [channel] in
            channel.writeAndFlush(WebSocketOutput.close(code: code, reason: reason), promise: nil)
        }
    }

    /// Ends the connection without a close frame, as a broken line would.
    func cut() {
        channel.close(mode: .all, promise: nil)
    }
}
