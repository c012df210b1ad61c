import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import WebSockets

/// What stands behind the doorkeeper: nothing yet, Hummingbird, or a WebSocket.
///
/// A connection whose first request is a handshake never meets Hummingbird. On one that has served requests already,
/// Hummingbird's async channel cannot be taken out of the pipeline (NIO has no way to), so the WebSocket's handlers go
/// behind it: Hummingbird is told that the input ended, its farewell is swallowed, bytes are handed past it, and
/// everything else it passes on by itself.
final class ConnectionTail {
    private enum State {
        case empty
        case http
        case webSocket
        case bridged(WebSocketMessageHandler, ChannelHandlerContext, farewellDue: Bool)
    }

    private let outcome: EventLoopPromise<LimitedConnection.Outcome>
    private let encoder: HTTPResponseEncoder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private var bytes: RequestBytesHandler?
    private var state = State.empty

    init(
        outcome: EventLoopPromise<LimitedConnection.Outcome>,
        encoder: HTTPResponseEncoder,
        decoder: ByteToMessageHandler<HTTPRequestDecoder>
    ) {
        self.outcome = outcome
        self.encoder = encoder
        self.decoder = decoder
    }

    func countsBytes(with handler: RequestBytesHandler) {
        bytes = handler
    }

    /// The connection is over, or a WebSocket's: whoever still waits for an outcome gets one.
    func ended() {
        outcome.succeed(.nothing)
        bytes = nil
        state = .empty
    }

    /// Brings Hummingbird in at the first request.
    func installHTTP(context: ChannelHandlerContext) throws {
        guard case .empty = state else { return }
        let channel = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
            wrappingChannelSynchronously: context.channel,
            configuration: .init(isOutboundHalfClosureEnabled: true)
        )
        state = .http
        outcome.succeed(.http(channel))
    }

    func becomeWebSocket(
        _ upgrade: WebSocketUpgrade,
        gate: HTTPConnectionHandler,
        context: ChannelHandlerContext,
        configure: (any Channel) throws -> Void
    ) throws {
        let channel = context.channel
        let pipeline = context.pipeline.syncOperations
        let bytes = self.bytes
        pipeline.removeHandler(encoder, promise: nil)
        if case .http = state { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        let handler = try pipeline.addWebSocketHandlers(
            role: .server,
            limits: upgrade.limits,
            restartReason: upgrade.restartReason
        )
        try configure(channel)
        if case .http = state {
            state = .bridged(handler, try pipeline.context(handler: handler), farewellDue: true)
        } else {
            state = .webSocket
            outcome.succeed(.webSocket)
            pipeline.removeHandler(gate, promise: nil)
        }
        if let bytes { pipeline.removeHandler(bytes, promise: nil) }
        // Last, because frames that came right behind the handshake leave the parser when it goes.
        pipeline.removeHandler(decoder, promise: nil)
        channel.pipeline.fireChannelReadComplete()
        channel.read()
    }

    // MARK: Past Hummingbird

    func webSocketRead(_ data: NIOAny) {
        guard case .bridged(let handler, let context, _) = state else { return }
        handler.channelRead(context: context, data: data)
    }

    func webSocketReadComplete() {
        guard case .bridged(let handler, let context, _) = state else { return }
        handler.channelReadComplete(context: context)
    }

    /// Whether a request to close the output is Hummingbird's, once.
    func swallowFarewell() -> Bool {
        guard case .bridged(let handler, let context, farewellDue: true) = state else { return false }
        state = .bridged(handler, context, farewellDue: false)
        return true
    }
}
