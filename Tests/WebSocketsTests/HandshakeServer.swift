import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import WebSockets

/// A server that answers one handshake per connection with bytes of the test's choosing.
struct HandshakeServer: Sendable {
    let port: Int

    /// What is sent when the request is here; the right `Sec-WebSocket-Accept` is passed in.
    typealias Answer = @Sendable (_ accept: String, _ request: String) -> String?

    static let upgrade: Answer = { accept, _ in
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(accept)\r\n\r\n"
    }

    /// Serves while `body` runs; after a 101 the connection is a WebSocket with `configure`'s handlers on it, or, with
    /// `bytesAfter`, sends these raw bytes right behind the 101.
    static func serving(
        tls: NIOSSLContext? = nil,
        answer: @escaping Answer = upgrade,
        bytesAfter: [UInt8]? = nil,
        configure: @escaping @Sendable (any Channel) throws -> Void = {
            try $0.pipeline.syncOperations.addHandler(Echo())
        },
        _ body: (HandshakeServer) async throws -> Void
    ) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    let shaker = HandshakeAnswerer(answer: answer, bytesAfter: bytesAfter, configure: configure)
                    try channel.pipeline.syncOperations.addHandler(shaker)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(HandshakeServer(port: server.localAddress?.port ?? 0))
        } catch {
            try? await server.close()
            throw error
        }
        try await server.close()
    }
}

private final class HandshakeAnswerer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: HandshakeServer.Answer
    private let bytesAfter: [UInt8]?
    private let configure: (any Channel) throws -> Void
    private var request = ""

    init(
        answer: @escaping HandshakeServer.Answer,
        bytesAfter: [UInt8]?,
        configure: @escaping (any Channel) throws -> Void
    ) {
        self.answer = answer
        self.bytesAfter = bytesAfter
        self.configure = configure
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        request += String(buffer: unwrapInboundIn(data))
        guard request.hasSuffix("\r\n\r\n") else { return }
        let key = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") }?
            .dropFirst(18).drop { $0 == " " }
        guard let text = answer(Self.accept(for: String(key ?? ""), on: context), request) else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        guard text.contains(" 101 ") else { return context.close(promise: nil) }
        if let bytesAfter {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytesAfter)), promise: nil)
            return
        }
        let channel = context.channel
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        do {
            try channel.pipeline.syncOperations.addWebSocketHandlers(role: .server, limits: .venue)
            try configure(channel)
        } catch {
            channel.close(promise: nil)
        }
    }

    /// NIO's own server half computes it.
    private static func accept(for key: String, on context: ChannelHandlerContext) -> String {
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        let head = HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: "/",
            headers: ["Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"]
        )
        var accept = ""
        upgrader.buildUpgradeResponse(channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
            .assumeIsolated().whenSuccess { accept = $0.first(name: "Sec-WebSocket-Accept") ?? "" }
        return accept
    }
}
