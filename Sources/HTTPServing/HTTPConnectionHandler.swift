import Foundation
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import WebSockets

/// The doorkeeper of one connection, between NIO's HTTP parser and Hummingbird.
///
/// It lets one request through at a time, holds each to the limits and to a deadline, answers what must be refused, closes
/// in a way that lets the client read the last answer, and turns the connection into a WebSocket where the application
/// agrees, whether that is the first request on it or a later one (a proxy reuses its connections for both).
final class HTTPConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        /// Between requests.
        case idle
        /// A handshake whose end, and then the application's decision, is awaited.
        case handshaking(HTTPRequestHead, isDeciding: Bool)
        case exchanging
        /// The last answer is out; input is thrown away until the client hangs up or lingers too long.
        case closing
        case upgraded
    }

    /// What arrived while an answer was pending, in order.
    private enum Held {
        case part(HTTPServerRequestPart)
        case malformed
    }

    /// What the one timer stands for.
    private enum Expectation {
        case nextRequest, header, body, decision, reader, hangUp
    }

    let limits: HTTPServerLimits
    private let rules: RequestHeadRules
    private let endpoint: WebSocketEndpoint
    private let refusalHeaders: HTTPFields
    private let logger: Logger
    private let turnedAway: Bool
    private let tail: ConnectionTail
    private var phase = Phase.idle
    private var exchange: HTTPExchange?
    private var held = CircularBuffer<Held>()
    private var isReadHeld = false
    private var isDraining = false
    private var inputClosed = false
    private var isFlushed = false
    private var isHeadRequest = false
    private var requests = 0
    private var partialHead = PartialHead()
    private var expectation = Expectation.nextRequest
    private var deadline: LazyDeadline?
    private var drainTask: Scheduled<Void>?

    init(
        server: LimitedHTTPServer,
        turnedAway: Bool,
        tail: ConnectionTail,
        logger: Logger
    ) {
        self.limits = server.limits
        self.rules = RequestHeadRules(limits: server.limits)
        self.endpoint = server.webSocket
        self.refusalHeaders = server.refusalHeaders
        self.turnedAway = turnedAway
        self.tail = tail
        self.logger = logger
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = LazyDeadline(eventLoop: context.eventLoop) { [unowned self] in expired(context: context) }
        if context.channel.isActive { begin(context: context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context: context)
        context.fireChannelActive()
    }

    private func begin(context: ChannelHandlerContext) {
        expect(.nextRequest, within: limits.idleTimeout)
        if turnedAway { refuse(.tooManyConnections, context: context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        drainTask?.cancel()
        drainTask = nil
        held.removeAll()
        tail.ended()
    }

    // MARK: Bytes, before the parser

    /// Told by ``RequestBytesHandler``; false when they should be thrown away unparsed.
    func bytesArrived(_ bytes: ByteBuffer) -> Bool {
        switch phase {
        case .idle: partialHead.add(bytes)
        case .closing: return false
        default: break
        }
        return true
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .upgraded = phase { return tail.webSocketRead(data) }
        take(.part(unwrapInboundIn(data)), context: context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch phase {
        case .upgraded:
            tail.webSocketReadComplete()
            context.read()
            return
        case .closing:
            context.read()
        case .idle where partialHead.hasStarted:
            if partialHead.bytes > limits.maxHeaderBytes + limits.maxURIBytes { return overflow(context: context) }
            if expectation != .header { expect(.header, within: limits.headerDeadline) }
        case .exchanging where exchange?.requestEnded == false:
            if expectation != .body { expect(.body, within: limits.bodyDeadline) }
        default:
            break
        }
        context.fireChannelReadComplete()
    }

    /// Takes the next event, or keeps it until the answer before it is out.
    private func take(_ event: Held, context: ChannelHandlerContext) {
        switch phase {
        case .closing, .upgraded:
            return
        case .handshaking(_, isDeciding: true):
            held.append(event)
            return
        case .exchanging where exchange?.requestEnded == true:
            held.append(event)
            return
        default:
            break
        }
        switch event {
        case .malformed: refuse(.malformed("The request is not well-formed HTTP."), context: context)
        case .part(.head(let head)): receive(head, context: context)
        case .part(.body(let bytes)): receive(bytes, context: context)
        case .part(.end(let trailers)): receiveEnd(trailers, context: context)
        }
    }

    private func receive(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        partialHead = PartialHead()
        deadline?.clear()
        isHeadRequest = head.method == .HEAD
        requests += 1
        do throws(HTTPRefusal) {
            try rules.check(head)
            guard endpoint.matches(RequestTarget.path(of: head.uri)) else {
                return startExchange(head, context: context)
            }
            try WebSocketHandshakeRules.check(head)
        } catch {
            return refuse(error, context: context)
        }
        phase = .handshaking(head, isDeciding: false)
        expect(.decision, within: limits.headerDeadline)
    }

    private func startExchange(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let keepsAlive = !isDraining && requests < limits.maxRequestsPerConnection ?? .max
        exchange = HTTPExchange(head, keepsAlive: keepsAlive)
        phase = .exchanging
        expectation = .nextRequest
        do {
            try tail.installHTTP(behind: self, context: context)
        } catch {
            logger.error("HTTP handlers could not be installed", metadata: ["error": "\(type(of: error))"])
            return context.close(promise: nil)
        }
        if head.version == .http1_1, head.headers.contains(name: "Expect") {
            let goOn = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    private func receive(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        guard exchange != nil else { return }
        exchange?.countBody(bytes.readableBytes)
        guard exchange?.bodyBytes ?? 0 <= limits.maxBodyBytes else { return refuse(.bodyTooLarge, context: context) }
        context.fireChannelRead(wrapInboundOut(.body(bytes)))
    }

    private func receiveEnd(_ trailers: HTTPHeaders?, context: ChannelHandlerContext) {
        if case .handshaking(let head, isDeciding: false) = phase {
            phase = .handshaking(head, isDeciding: true)
            return decide(head, context: context)
        }
        guard exchange != nil else { return }
        exchange?.requestEnded = true
        deadline?.clear()
        expectation = .nextRequest
        // Trailers are dropped: nothing here reads them, and fields that come after the checks cannot be trusted.
        context.fireChannelRead(wrapInboundOut(.end(nil)))
        if exchange?.responseEnded == true { finishExchange(context: context) }
    }

    func read(context: ChannelHandlerContext) {
        let waits =
            switch phase {
            case .exchanging: exchange?.requestEnded == true
            case .handshaking(_, let isDeciding): isDeciding
            default: false
            }
        guard !waits else {
            isReadHeld = true
            return
        }
        context.read()
    }

    private func releaseHeld(context: ChannelHandlerContext) {
        var released = false
        while let event = held.first {
            switch phase {
            case .idle: break
            case .exchanging where exchange?.requestEnded == false: break
            case .handshaking(_, isDeciding: false): break
            default:
                if released { context.fireChannelReadComplete() }
                return
            }
            held.removeFirst()
            take(event, context: context)
            released = true
        }
        if released { context.fireChannelReadComplete() }
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (event, phase) {
        case (is ChannelShouldQuiesceEvent, .upgraded):
            context.fireUserInboundEventTriggered(event)
        case (is ChannelShouldQuiesceEvent, _):
            drain(context: context)
        case (ChannelEvent.inputClosed, .idle):
            inputClosed = true
            startClosing(context: context)
        case (ChannelEvent.inputClosed, .closing):
            inputClosed = true
            if isFlushed { context.close(promise: nil) }
        case (ChannelEvent.inputClosed, _):
            inputClosed = true
            exchange?.keepsAlive = false
            context.fireUserInboundEventTriggered(event)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .upgraded = phase { return context.fireErrorCaught(error) }
        switch error {
        case HTTPParserError.headerOverflow:
            overflow(context: context)
        case is HTTPParserError:
            take(.malformed, context: context)
        default:
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }

    private func overflow(context: ChannelHandlerContext) {
        guard case .idle = phase else { return take(.malformed, context: context) }
        let isLine = partialHead.lineBytes > limits.maxURIBytes
        refuse(isLine ? .uriTooLong : .headersTooLarge, context: context)
    }

    // MARK: Outbound

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch phase {
        case .upgraded:
            return context.write(data, promise: promise)
        case .exchanging:
            break
        default:
            // The application answers a request that was cut off: the client has our answer already.
            promise?.succeed()
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.code < 200:
            context.write(data, promise: promise)
        case .head(let head):
            guard var exchange else { return }
            let answer = exchange.respond(with: head)
            self.exchange = exchange
            context.write(wrapOutboundOut(.head(answer)), promise: promise)
        case .body:
            if exchange?.dropsBody == true { promise?.succeed() } else { context.write(data, promise: promise) }
        case .end:
            if exchange?.dropsBody == true { promise?.succeed() } else { context.write(data, promise: promise) }
            exchange?.responseEnded = true
            responseEnded(context: context)
        }
    }

    private func responseEnded(context: ChannelHandlerContext) {
        guard let exchange else { return }
        if exchange.requestEnded {
            finishExchange(context: context)
        } else if !exchange.keepsAlive {
            startClosing(context: context)
        }
    }

    private func finishExchange(context: ChannelHandlerContext) {
        guard exchange?.keepsAlive == true, !isDraining else { return startClosing(context: context) }
        exchange = nil
        phase = .idle
        expect(.nextRequest, within: limits.idleTimeout)
        releaseHeld(context: context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .exchanging = phase {
            if !context.channel.isWritable, expectation != .body {
                expect(.reader, within: limits.stallTimeout)
            } else if context.channel.isWritable, expectation == .reader {
                deadline?.clear()
                expectation = .nextRequest
            }
        } else if case .closing = phase, !isFlushed {
            expect(.reader, within: limits.stallTimeout)
        }
        context.fireChannelWritabilityChanged()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        switch phase {
        case .idle:
            startClosing(context: context)
            promise?.succeed()
        case .closing:
            promise?.succeed()
        case .exchanging, .handshaking:
            // Hummingbird gave up in the middle of an answer: the client must not take what it has for the whole.
            context.close(promise: promise)
        case .upgraded:
            // Hummingbird's farewell to a connection that lives on as a WebSocket; the WebSocket's own comes later.
            guard !tail.swallowFarewell() else {
                promise?.succeed()
                return
            }
            context.close(mode: .output, promise: promise)
        }
    }

    // MARK: Refusing and closing

    private func refuse(_ refusal: HTTPRefusal, context: ChannelHandlerContext) {
        logger.debug("Request refused", metadata: ["code": "\(refusal.code)", "status": "\(refusal.status.code)"])
        let wasExchanging = exchange != nil
        if exchange?.responseStarted == true {
            return context.close(promise: nil)
        }
        let requestID = UUID().uuidString.lowercased()
        let body = ByteBuffer(string: refusal.document(requestID: requestID))
        var head = HTTPResponseHead(
            version: .http1_1,
            status: .init(statusCode: refusal.status.code, reasonPhrase: refusal.status.reasonPhrase)
        )
        head.headers = HTTPHeaders(refusalHeaders)
        for field in refusal.headers { head.headers.replaceOrAdd(name: field.name.rawName, value: field.value) }
        head.headers.replaceOrAdd(name: "Content-Type", value: "application/problem+json")
        head.headers.replaceOrAdd(name: "Content-Length", value: String(body.readableBytes))
        head.headers.replaceOrAdd(name: "Cache-Control", value: "no-store")
        head.headers.replaceOrAdd(name: "X-Request-Id", value: requestID)
        head.headers.replaceOrAdd(name: "Date", value: HTTPDate.now())
        head.headers.replaceOrAdd(name: "Connection", value: "close")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHeadRequest { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        startClosing(context: context)
        // The application may be waiting for the rest of the body: it gets an end of it, and its answer goes nowhere.
        if wasExchanging { context.fireErrorCaught(HTTPParserError.closedConnection) }
    }

    /// Once the last answer is with the kernel, closes our side and waits for the client to close its own: closing a
    /// socket with unread input resets it, and the client would lose the answer it is about to read.
    private func startClosing(context: ChannelHandlerContext) {
        phase = .closing
        exchange = nil
        held.removeAll()
        expect(.reader, within: limits.stallTimeout)
        let flushed = context.eventLoop.makePromise(of: Void.self)
        flushed.futureResult.assumeIsolated().whenComplete { [self] _ in outputFlushed(context: context) }
        // An empty write takes its turn behind everything written before it.
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: flushed)
        context.read()
    }

    private func outputFlushed(context: ChannelHandlerContext) {
        isFlushed = true
        guard !inputClosed else { return context.close(promise: nil) }
        expect(.hangUp, within: limits.lingerDeadline)
        context.close(mode: .output, promise: nil)
    }

    private func drain(context: ChannelHandlerContext) {
        isDraining = true
        exchange?.keepsAlive = false
        switch phase {
        case .idle:
            startClosing(context: context)
        case .exchanging, .handshaking:
            drainTask = context.eventLoop.assumeIsolated().scheduleTask(in: limits.drainDeadline) {
                context.close(promise: nil)
            }
        case .closing, .upgraded:
            break
        }
    }

    // MARK: Deadlines

    private func expect(_ expectation: Expectation, within amount: TimeAmount) {
        self.expectation = expectation
        deadline?.set(in: amount)
    }

    private func expired(context: ChannelHandlerContext) {
        switch expectation {
        case .header, .body: refuse(.timedOut, context: context)
        case .decision: refuse(.unavailable, context: context)
        case .nextRequest, .reader, .hangUp: context.close(promise: nil)
        }
    }

    // MARK: Upgrading

    private func decide(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        guard let request = try? HTTPRequest(head, secure: false, splitCookie: false) else {
            return refuse(.handshakeMalformed, context: context)
        }
        let channel = context.channel
        let here = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        Task { [endpoint] in
            let decision = await endpoint.decide(request, channel)
            channel.eventLoop.execute {
                here.value.handler.decided(decision, head, context: here.value.context)
            }
        }
    }

    private func decided(_ decision: WebSocketDecision, _ head: HTTPRequestHead, context: ChannelHandlerContext) {
        guard case .handshaking(_, isDeciding: true) = phase, context.channel.isActive else { return }
        deadline?.clear()
        switch decision {
        case .notWebSocket:
            startExchange(head, context: context)
            receiveEnd(nil, context: context)
            context.fireChannelReadComplete()
        case .refuse(let refusal):
            refuse(refusal, context: context)
        case .accept where isDraining:
            refuse(.shuttingDown, context: context)
        case .accept where inputClosed:
            context.close(promise: nil)
        case .accept(let headers, let limits, let configure):
            phase = .upgraded
            deadline?.cancel()
            let upgrade = WebSocketUpgrade(
                head: head,
                headers: headers,
                limits: limits,
                restartReason: endpoint.restartReason
            )
            do {
                let answer = try upgrade.answer(on: context.channel)
                context.writeAndFlush(wrapOutboundOut(.head(answer)), promise: nil)
                try tail.becomeWebSocket(upgrade, gate: self, context: context, configure: configure)
            } catch {
                logger.error("WebSocket could not be set up", metadata: ["error": "\(type(of: error))"])
                context.close(promise: nil)
            }
        }
    }
}

@available(*, unavailable)
extension HTTPConnectionHandler: Sendable {}
