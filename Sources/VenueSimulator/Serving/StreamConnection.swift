import NIOCore
import Synchronization
import WebSockets

/// One client's WebSocket as the hub sees it: a way in for frames, and how much of them it has not taken yet.
final class StreamConnection: Sendable {
    private struct State {
        var pending = 0
        var isDead = false
        var lastSent = NIODeadline.uptimeNanoseconds(0)
    }

    /// Whether frames travel as `{"stream":…,"data":…}`.
    let isCombined: Bool
    let channel: any Channel
    private let state = Mutex(State())

    init(channel: any Channel, isCombined: Bool) {
        self.channel = channel
        self.isCombined = isCombined
    }

    /// Frames handed over and not yet taken by the socket.
    ///
    /// The connection's limits bound their bytes: a reader that falls behind by more is cut by the message handler.
    var pendingFrames: Int { state.withLock(\.pending) }
    /// When something was last sent to the client.
    var lastSent: NIODeadline { state.withLock(\.lastSent) }

    /// Sends texts, one message each.
    func send(_ texts: [[UInt8]]) {
        var buffer = ByteBuffer()
        for text in texts { PreparedFrame.append(text: text, to: &buffer) }
        send(buffer, frames: texts.count)
    }

    /// Sends whole frames.
    func send(_ buffer: ByteBuffer, frames count: Int) {
        guard count > 0 else { return }
        let isDead = state.withLock { state in
            guard !state.isDead else { return true }
            state.pending += count
            state.lastSent = .now()
            return false
        }
        guard !isDead else { return }
        channel.eventLoop.execute { [channel] in
            let taken = channel.eventLoop.makePromise(of: Void.self)
            channel.writeAndFlush(WebSocketOutput.prepared(buffer), promise: taken)
            taken.futureResult.whenComplete { _ in self.state.withLock { $0.pending -= count } }
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

    /// Leaves the socket open and never uses it again, as a machine that was unplugged would: nothing is read, so no
    /// ping is answered, and nothing is sent.
    func abandon() {
        state.withLock { $0.isDead = true }
        channel.setOption(.autoRead, value: false).whenComplete { _ in }
    }
}
