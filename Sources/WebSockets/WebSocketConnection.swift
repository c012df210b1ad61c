package import NIOCore

/// An open connection to a WebSocket server.
package final class WebSocketConnection: Sendable {
    package let channel: any Channel
    /// Succeeds once the connection is gone, with how it ended; never fails.
    package let closed: EventLoopFuture<WebSocketClosure>

    init(channel: any Channel, closed: EventLoopFuture<WebSocketClosure>) {
        self.channel = channel
        self.closed = closed
    }

    /// Whether the socket takes more without queueing past the channel's high watermark.
    package var isWritable: Bool { channel.isWritable }

    /// Sends one message and returns once the socket has taken it: a sender that awaits cannot outrun the peer.
    ///
    /// - Throws: ``WebSocketError/closed``, ``WebSocketError/outboxFull``, or the error that ended the connection.
    package func send(_ message: WebSocketMessage) async throws {
        try await channel.writeAndFlush(WebSocketOutput.message(message)).get()
    }

    /// Sends one message from anywhere, the event loop included, without waiting for the socket.
    ///
    /// What waits is bounded by ``WebSocketLimits/maxPendingBytes``: past it the connection is cut.
    package func sendNow(_ message: WebSocketMessage, promise: EventLoopPromise<Void>? = nil) {
        channel.writeAndFlush(WebSocketOutput.message(message), promise: promise)
    }

    /// Starts the closing handshake; ``closed`` tells when it is over, at most ``WebSocketLimits/closeDeadline`` later.
    ///
    /// Until then the messages that the server had sent already are delivered.
    package func close(code: UInt16 = 1000, reason: String = "") {
        channel.writeAndFlush(WebSocketOutput.close(code: code, reason: reason), promise: nil)
    }

    /// Hangs up at once, without a close frame.
    package func cut() {
        channel.close(promise: nil)
    }
}

/// The last handler of a client's pipeline: hands messages to the owner's closure on the event loop.
final class WebSocketClientSink: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage

    private let connection: WebSocketConnection
    private let closed: EventLoopPromise<WebSocketClosure>
    private let onMessage: @Sendable (WebSocketConnection, WebSocketMessage) -> Void
    private var closure = WebSocketClosure(code: 1006, reason: "", origin: .transport)

    init(channel: any Channel, onMessage: @escaping @Sendable (WebSocketConnection, WebSocketMessage) -> Void) {
        self.closed = channel.eventLoop.makePromise()
        self.connection = WebSocketConnection(channel: channel, closed: closed.futureResult)
        self.onMessage = onMessage
    }

    /// The connection this sink belongs to.
    var owner: WebSocketConnection { connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        onMessage(connection, unwrapInboundIn(data))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let closure = event as? WebSocketClosure { self.closure = closure }
        context.fireUserInboundEventTriggered(event)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closed.succeed(closure)
    }
}
