package import NIOCore
package import NIOHTTP1
import NIOPosix
package import NIOSSL
import Synchronization

/// Opens WebSocket connections, `ws` and `wss`.
///
/// ```swift
/// let client = WebSocketClient(limits: .venue)
/// let connection = try await client.connect(to: "wss://stream.binance.com:9443/ws", on: group.next()) { connection, message in
///     decoder.ingest(message.payload)     // on the event loop; must not block
/// }.get()
/// connection.sendNow(.text(#"{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}"#))
/// let closure = try await connection.closed.get()
/// ```
package final class WebSocketClient: Sendable {
    private let limits: WebSocketLimits
    private let handshakeDeadline: TimeAmount
    private let tls: TLSConfiguration
    private let tlsContext = Mutex<NIOSSLContext?>(nil)

    /// - Parameters:
    ///   - limits: what a connection may cost; ``WebSocketLimits/venue`` allows frames of several MB.
    ///   - handshakeDeadline: for name lookup, TCP, TLS and upgrade together.
    ///   - tls: certificates are verified and the server named (SNI) unless this says otherwise.
    package init(
        limits: WebSocketLimits = .venue,
        handshakeDeadline: TimeAmount = .seconds(10),
        tls: TLSConfiguration = .makeClientConfiguration()
    ) {
        self.limits = limits
        self.handshakeDeadline = handshakeDeadline
        self.tls = tls
    }

    /// Connects and upgrades.
    ///
    /// - Parameters:
    ///   - url: `ws://host[:port]/path?query` or `wss://…`.
    ///   - headers: added to the handshake; those the handshake itself needs are set here.
    ///   - eventLoop: where the connection lives.
    ///   - onMessage: called on that event loop for each message, in order, possibly before the returned future is
    ///     noticed; must not block.
    /// - Returns: the open connection. Fails with ``WebSocketError``, or the error of the socket or of TLS.
    package func connect(
        to url: String,
        headers: HTTPHeaders = [:],
        on eventLoop: any EventLoop,
        onMessage: @escaping @Sendable (WebSocketConnection, WebSocketMessage) -> Void
    ) -> EventLoopFuture<WebSocketConnection> {
        let address: WebSocketAddress
        do {
            address = try WebSocketAddress(url)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        let deadline = NIODeadline.now() + handshakeDeadline
        let opened = eventLoop.makePromise(of: WebSocketConnection.self)
        secureContext(for: address, on: eventLoop).flatMap { [limits, handshakeDeadline] secure in
            ClientBootstrap(group: eventLoop)
                .connectTimeout(handshakeDeadline)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Self.configure(
                            channel,
                            address,
                            headers,
                            secure,
                            limits: limits,
                            deadline: deadline,
                            opened: opened,
                            onMessage: onMessage
                        )
                    }
                }
                .connect(host: address.host, port: address.port)
        }.whenFailure { error in
            opened.fail(Self.isTimeout(error) ? WebSocketError.handshakeTimedOut : error)
        }
        return opened.futureResult
    }

    /// Reading the system's certificates takes milliseconds of disk and parsing: once, and not on an event loop.
    private func secureContext(
        for address: WebSocketAddress,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<NIOSSLContext?> {
        guard address.isSecure else { return eventLoop.makeSucceededFuture(nil) }
        return NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { [self] in
            try tlsContext.withLock { context in
                if let context { return context }
                let made = try NIOSSLContext(configuration: tls)
                context = made
                return made
            }
        }
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        switch error {
        case ChannelError.connectTimeout: true
        default: false
        }
    }

    private static func configure(
        _ channel: any Channel,
        _ address: WebSocketAddress,
        _ headers: HTTPHeaders,
        _ secure: NIOSSLContext?,
        limits: WebSocketLimits,
        deadline: NIODeadline,
        opened: EventLoopPromise<WebSocketConnection>,
        onMessage: @escaping @Sendable (WebSocketConnection, WebSocketMessage) -> Void
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let secure {
            let name = address.isIPAddress ? nil : address.host
            try pipeline.addHandler(NIOSSLClientHandler(context: secure, serverHostname: name))
        }
        let encoder = HTTPRequestEncoder()
        let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
        let handshake = ClientHandshakeHandler(
            address: address,
            headers: headers,
            deadline: deadline,
            opened: opened
        ) { context in
            let channel = context.channel
            let pipeline = context.pipeline.syncOperations
            let early = EarlyBytesHandler()
            try pipeline.addHandler(early)
            pipeline.removeHandler(encoder, promise: nil)
            pipeline.removeHandler(context: context, promise: nil)
            // The decoder sees every write until it has left and traps on frames; it gives frames that came with the 101
            // away while it leaves. So these wait, and the WebSocket handlers come once it has gone.
            return pipeline.removeHandler(decoder).assumeIsolated().flatMapThrowing {
                let sink = WebSocketClientSink(channel: channel, onMessage: onMessage)
                try pipeline.addWebSocketHandlers(role: .client, limits: limits)
                try pipeline.addHandler(sink)
                opened.succeed(sink.owner)
                early.release()
                return sink.owner
            }.nonisolated()
        }
        try pipeline.addHandlers([encoder, decoder, handshake])
    }
}

/// Holds bytes until whoever reads them is in the pipeline.
private final class EarlyBytesHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private var held: [ByteBuffer] = []

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { held.append(unwrapInboundIn(data)) }

    /// Passes on what came, and makes way.
    func release() {
        guard let context else { return }
        for bytes in held { context.fireChannelRead(wrapInboundOut(bytes)) }
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
