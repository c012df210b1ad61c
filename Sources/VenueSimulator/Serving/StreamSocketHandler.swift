import Logging
import Markets
import NIOCore
import WebSockets

/// One client's market-data WebSocket: hands its messages to the session, holds it to the venue's rules.
///
/// Lives on the connection's event loop.
final class StreamSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketOutput

    private var session: any VenueSession
    private let connection: StreamConnection
    private let floor: any VenueFloor
    private let tally: Tally
    private let logger: Logger
    private var keepAlive: KeepAlive
    private var keepAliveTask: Scheduled<Void>?
    private var subscriptions = 0
    private var second = NIODeadline.uptimeNanoseconds(0)
    private var messages = 0

    /// `rule` is when the client is given up.
    init(
        session: any VenueSession,
        rule: KeepAlive.Rule,
        channel: any Channel,
        floor: any VenueFloor,
        tally: Tally,
        logger: Logger
    ) {
        self.session = session
        self.floor = floor
        self.tally = tally
        self.logger = logger
        keepAlive = KeepAlive(rule, now: .now())
        connection = StreamConnection(channel: channel, isCombined: session.isCombined)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        floor.hub.add(connection)
        subscriptions = session.opening.count
        floor.carryOut(SessionReply(subscribed: session.opening), for: connection)
        watch(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        keepAliveTask?.cancel()
        floor.hub.remove(connection)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isWithinRate() else {
            logger.debug("closing a client that sends too fast", metadata: ["limit": "\(session.mostMessages)/s"])
            tally.count(\.floodersClosed)
            context.writeAndFlush(wrapOutboundOut(.close(code: 1008, reason: "Too many requests")), promise: nil)
            return
        }
        let reply = session.receive(Array(buffer: unwrapInboundIn(data).payload))
        keepAlive.heard(isPing: reply.isPing, now: .now())
        subscriptions += reply.subscribed.count - reply.unsubscribed.count
        // Through the same queue as frames, so that an answer never overtakes what was sent before it.
        floor.carryOut(reply, for: connection)
    }

    private func watch(_ context: ChannelHandlerContext) {
        let next = keepAlive.next(lastSent: connection.lastSent, isSubscribed: subscriptions > 0, now: .now())
        guard let next else {
            logger.debug("closing a client that does not keep its connection alive")
            tally.count(\.silentClosed)
            context.writeAndFlush(wrapOutboundOut(.close(code: 1000, reason: "No ping")), promise: nil)
            return
        }
        guard next < .distantFuture else { return }
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        keepAliveTask = connection.channel.eventLoop.assumeIsolated().scheduleTask(deadline: next) {
            self.watch(context.value)
        }
    }

    private func isWithinRate() -> Bool {
        let now = NIODeadline.now()
        if now - second >= .seconds(1) {
            second = now
            messages = 0
        }
        messages += 1
        return messages <= session.mostMessages
    }
}

extension StreamConnection {
    func send(_ frame: StreamHub.Frame) {
        var buffer = ByteBuffer()
        if frame.isBinary {
            var binary = PreparedFrame.binary(ByteBuffer(bytes: frame.data))
            buffer.writeBuffer(&binary)
        } else {
            PreparedFrame.append(text: isCombined ? frame.combined ?? frame.wrapped : frame.data, to: &buffer)
        }
        send(buffer, frames: 1)
    }
}
