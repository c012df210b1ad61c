import NIOCore
import NIOPosix
import WebSockets

/// A server that speaks WebSocket from the first byte, without a handshake: the frame layer alone.
struct FrameServer: Sendable {
    let port: Int
    /// How each connection ended, in the order they did.
    let closures: AsyncStream<WebSocketClosure>

    /// Serves while `body` runs.
    static func serving(
        _ limits: WebSocketLimits = WebSocketLimits(heartbeatInterval: nil),
        configure: @escaping @Sendable (any Channel, WebSocketMessageHandler) throws -> Void = { channel, _ in
            try channel.pipeline.syncOperations.addHandler(Echo())
        },
        _ body: (FrameServer) async throws -> Void
    ) async throws {
        let (closures, closing) = AsyncStream.makeStream(of: WebSocketClosure.self)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try channel.pipeline.syncOperations.addWebSocketHandlers(
                        role: .server,
                        limits: limits
                    )
                    try channel.pipeline.syncOperations.addHandler(ClosureWatch(closing))
                    try configure(channel, handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(FrameServer(port: server.localAddress?.port ?? 0, closures: closures))
        } catch {
            try? await server.close()
            throw error
        }
        try await server.close()
    }

    func nextClosure() async -> WebSocketClosure? {
        var iterator = closures.makeAsyncIterator()
        return await iterator.next()
    }
}

/// Sends every message back as it came.
final class Echo: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketOutput

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(.message(unwrapInboundIn(data))), promise: nil)
    }
}

private final class ClosureWatch: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias InboundOut = WebSocketMessage

    private let closing: AsyncStream<WebSocketClosure>.Continuation

    init(_ closing: AsyncStream<WebSocketClosure>.Continuation) {
        self.closing = closing
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let closure = event as? WebSocketClosure { closing.yield(closure) }
        context.fireUserInboundEventTriggered(event)
    }
}
