import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Asks a server for the upgrade and judges its answer (RFC 6455, 4.1), then makes way for the WebSocket handlers.
final class ClientHandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// Of a refusal's body: enough for a venue's error message.
    private static let maxRefusalBytes = 1024

    private let address: WebSocketAddress
    private let headers: HTTPHeaders
    private let deadline: NIODeadline
    private let requestKey = NIOWebSocketClientUpgrader.randomRequestKey()
    private let opened: EventLoopPromise<WebSocketConnection>
    private let upgrade: (ChannelHandlerContext) throws -> EventLoopFuture<WebSocketConnection>
    private var timer: Scheduled<Void>?
    private var answer: HTTPResponseHead?
    private var refusalBody = ByteBuffer()
    private var hasAsked = false
    private var isDone = false

    init(
        address: WebSocketAddress,
        headers: HTTPHeaders,
        deadline: NIODeadline,
        opened: EventLoopPromise<WebSocketConnection>,
        upgrade: @escaping (ChannelHandlerContext) throws -> EventLoopFuture<WebSocketConnection>
    ) {
        self.address = address
        self.headers = headers
        self.deadline = deadline
        self.opened = opened
        self.upgrade = upgrade
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [self] in
            fail(WebSocketError.handshakeTimedOut, context: context)
        }
        if context.channel.isActive { ask(context: context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        // Before the connection stood, its own error is the better reason, and the bootstrap reports it.
        if hasAsked, !isDone { opened.fail(WebSocketError.handshakeCut) }
    }

    func channelActive(context: ChannelHandlerContext) {
        ask(context: context)
        context.fireChannelActive()
    }

    private func ask(context: ChannelHandlerContext) {
        hasAsked = true
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.target, headers: headers)
        head.headers.replaceOrAdd(name: "Host", value: address.authority)
        head.headers.replaceOrAdd(name: "Upgrade", value: "websocket")
        head.headers.replaceOrAdd(name: "Connection", value: "Upgrade")
        head.headers.replaceOrAdd(name: "Sec-WebSocket-Version", value: "13")
        head.headers.replaceOrAdd(name: "Sec-WebSocket-Key", value: requestKey)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer = head
        case .body(var part):
            let room = Self.maxRefusalBytes - refusalBody.readableBytes
            if let slice = part.readSlice(length: min(room, part.readableBytes)) {
                refusalBody.writeImmutableBuffer(slice)
            }
            if refusalBody.readableBytes == Self.maxRefusalBytes { judge(context: context) }
        case .end:
            judge(context: context)
        }
    }

    private func judge(context: ChannelHandlerContext) {
        guard let answer else { return }
        guard answer.status == .switchingProtocols else {
            let error = WebSocketError.handshakeRefused(
                status: Int(answer.status.code),
                retryAfterSeconds: answer.headers.first(name: "Retry-After").flatMap { Int($0) },
                body: String(buffer: refusalBody)
            )
            return fail(error, context: context)
        }
        guard isAcceptable(answer) else { return fail(WebSocketError.handshakeInvalid, context: context) }
        isDone = true
        timer?.cancel()
        do {
            try upgrade(context).cascade(to: opened)
        } catch {
            opened.fail(error)
            context.close(promise: nil)
        }
    }

    private func isAcceptable(_ answer: HTTPResponseHead) -> Bool {
        let upgrade = answer.headers[canonicalForm: "Upgrade"].map { $0.lowercased() }
        let connection = answer.headers[canonicalForm: "Connection"].map { $0.lowercased() }
        // We offer no extension and no subprotocol, so the server may choose none.
        let judge = NIOWebSocketClientUpgrader(requestKey: requestKey) { channel, _ in
            channel.eventLoop.makeSucceededVoidFuture()
        }
        return upgrade == ["websocket"] && connection.contains("upgrade")
            && !answer.headers.contains(name: "Sec-WebSocket-Extensions")
            && (!answer.headers.contains(name: "Sec-WebSocket-Protocol")
                || headers.contains(name: "Sec-WebSocket-Protocol"))
            && judge.shouldAllowUpgrade(upgradeResponse: answer)
    }

    func channelInactive(context: ChannelHandlerContext) {
        judge(context: context)
        fail(WebSocketError.handshakeCut, context: context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error, context: context)
    }

    private func fail(_ error: any Error, context: ChannelHandlerContext) {
        guard !isDone else { return }
        isDone = true
        timer?.cancel()
        opened.fail(error)
        context.close(promise: nil)
    }
}
