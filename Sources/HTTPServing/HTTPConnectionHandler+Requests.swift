import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// What comes in: bytes, parts of requests, events and errors.
extension HTTPConnectionHandler {
    /// Told by ``RequestBytesHandler``; false when they should be thrown away unparsed.
    func bytesArrived(_ bytes: ByteBuffer, isOfHeader: Bool) -> Bool {
        switch phase {
        case .closing: return false
        case .upgraded: return true
        default:
            if isOfHeader { partialHead.add(bytes) }
            return true
        }
    }

    /// The header that the parser found in the bytes just handed to it.
    func takeParsedHead() -> HTTPRequestHead? {
        defer { parsedHead = nil }
        return parsedHead
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .upgraded = phase { return tail.webSocketRead(data) }
        let part = unwrapInboundIn(data)
        if case .head(let head) = part {
            parsedHead = head
            partialHead = PartialHead()
        }
        take(.part(part), context: context)
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
    func take(_ event: Held, context: ChannelHandlerContext) {
        switch phase {
        case .closing, .upgraded:
            return
        case .handshaking(_, isDeciding: true):
            return hold(event)
        case .exchanging where exchange?.requestEnded == true:
            return hold(event)
        default:
            break
        }
        switch event {
        case .refused(let refusal): refuse(refusal, context: context)
        case .part(.head(let head)): receive(head, context: context)
        case .part(.body(let bytes)): receive(bytes, context: context)
        case .part(.end(let trailers)): receiveEnd(trailers, context: context)
        }
    }

    /// Keeps what was pipelined.
    ///
    /// One read brings at most 16 KB of it; a client that packs more requests than
    /// ``maxHeld`` parts into that is served what fits, then refused.
    private func hold(_ event: Held) {
        guard held.count <= Self.maxHeld else { return }
        held.append(held.count == Self.maxHeld ? .refused(.notHTTP) : event)
    }

    func receive(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
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

    func startExchange(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let keepsAlive = !isDraining && requests < limits.maxRequestsPerConnection ?? .max
        exchange = HTTPExchange(head, keepsAlive: keepsAlive)
        phase = .exchanging
        expectation = .nextRequest
        do {
            try tail.installHTTP(context: context)
        } catch {
            logger.error("HTTP handlers could not be installed", metadata: ["error": "\(type(of: error))"])
            return context.close(promise: nil)
        }
        if head.version == .http1_1, head.headers.contains(name: "Expect") {
            let goOn = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(.head(HTTPRequest(checked: head))))
    }

    func receive(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        guard exchange != nil else { return }
        exchange?.countBody(bytes.readableBytes)
        guard exchange?.bodyBytes ?? 0 <= limits.maxBodyBytes else { return refuse(.bodyTooLarge, context: context) }
        context.fireChannelRead(wrapInboundOut(.body(bytes)))
    }

    func receiveEnd(_ trailers: HTTPHeaders?, context: ChannelHandlerContext) {
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

    func releaseHeld(context: ChannelHandlerContext) {
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
            take(.refused(.notHTTP), context: context)
        case let refusal as HTTPRefusal:
            take(.refused(refusal), context: context)
        default:
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }

    func overflow(context: ChannelHandlerContext) {
        guard case .idle = phase else { return take(.refused(.notHTTP), context: context) }
        let isLine = partialHead.lineBytes > limits.maxURIBytes
        refuse(isLine ? .uriTooLong : .headersTooLarge, context: context)
    }
}
