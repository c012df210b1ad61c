import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import WebSockets

/// The doorkeeper of one connection, between NIO's HTTP parser and Hummingbird.
///
/// It lets one request through at a time, holds each to the limits and to a deadline, answers what must be refused, closes
/// in a way that lets the client read the last answer, and turns the connection into a WebSocket where the application
/// agrees, whether that is the first request on it or a later one (a proxy reuses its connections for both).
final class HTTPConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    enum Phase {
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
    enum Held {
        case part(HTTPServerRequestPart)
        case refused(HTTPRefusal)
    }

    /// What the one timer stands for.
    enum Expectation {
        case nextRequest, header, body, decision, reader, hangUp
    }

    /// Parts of pipelined requests kept while an answer is pending: some 250 requests.
    static let maxHeld = 512

    let limits: HTTPServerLimits
    let rules: RequestHeadRules
    let endpoint: WebSocketEndpoint
    let refusalHeaders: HTTPFields
    let logger: Logger
    private let turnedAway: Bool
    let tail: ConnectionTail
    var phase = Phase.idle
    var exchange: HTTPExchange?
    var held = CircularBuffer<Held>()
    var isReadHeld = false
    var isDraining = false
    var inputClosed = false
    var isFlushed = false
    var isHeadRequest = false
    var requests = 0
    var partialHead = PartialHead()
    var parsedHead: HTTPRequestHead?
    var expectation = Expectation.nextRequest
    var deadline: LazyDeadline?
    var drainTask: Scheduled<Void>?

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

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = LazyDeadline(eventLoop: context.eventLoop) { [unowned self] in expired(context: context) }
        if context.channel.isActive { begin(context: context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context: context)
        context.fireChannelActive()
    }

    func begin(context: ChannelHandlerContext) {
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

    func expect(_ expectation: Expectation, within amount: TimeAmount) {
        self.expectation = expectation
        deadline?.set(in: amount)
    }

    func expired(context: ChannelHandlerContext) {
        switch expectation {
        case .header, .body: refuse(.timedOut, context: context)
        case .decision: refuse(.unavailable, context: context)
        case .nextRequest, .reader, .hangUp: context.close(promise: nil)
        }
    }
}

@available(*, unavailable)
extension HTTPConnectionHandler: Sendable {}
