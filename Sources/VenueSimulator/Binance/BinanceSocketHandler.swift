import Logging
import Markets
import NIOCore
import WebSockets

/// One client's market-data WebSocket: answers its control messages and keeps the hub told of its streams.
///
/// Lives on the connection's event loop.
final class BinanceSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketOutput

    static let mostStreams = 1024
    /// Messages a client may send within a second.
    static let mostMessages = 5

    private let hub: StreamHub
    private let connection: StreamConnection
    private let logger: Logger
    /// In the order of subscription, lower-cased but for `!…@arr`.
    private var streams: [String] = []
    private var second = NIODeadline.uptimeNanoseconds(0)
    private var messages = 0

    /// `path` is what the handshake asked for, which may name streams.
    init(path: BinanceStreamPath, channel: any Channel, hub: StreamHub, logger: Logger) {
        self.hub = hub
        self.logger = logger
        connection = StreamConnection(channel: channel, isCombined: path.isCombined)
        streams = path.streams
    }

    func handlerAdded(context: ChannelHandlerContext) {
        hub.add(connection)
        hub.subscribe(connection, to: streams)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        hub.remove(connection, listeningTo: streams)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isWithinRate() else {
            logger.debug("closing a client that sends too fast", metadata: ["limit": "\(Self.mostMessages)/s"])
            context.writeAndFlush(wrapOutboundOut(.close(code: 1008, reason: "Too many requests")), promise: nil)
            return
        }
        let answer: BinanceJSON
        do throws(BinanceRequest.Refusal) {
            answer = try self.answer(to: try BinanceRequest(Array(buffer: unwrapInboundIn(data).payload)))
        } catch {
            answer = error.json
        }
        // Through the same queue as frames, so that an answer never overtakes what was sent before it.
        connection.send([PreparedFrame.text(answer.bytes)])
    }

    private func answer(to request: BinanceRequest) throws(BinanceRequest.Refusal) -> BinanceJSON {
        var result = BinanceJSON()
        result.raw("null")
        switch request.method {
        case .subscribe:
            let fresh = request.streams.map(BinanceStreamPath.normalized).filter { !streams.contains($0) }
            guard streams.count + fresh.count <= Self.mostStreams else {
                throw BinanceRequest.Refusal(
                    code: 2,
                    message: "Invalid request: too many parameters",
                    id: request.id
                )
            }
            for stream in fresh where !streams.contains(stream) { streams.append(stream) }
            hub.subscribe(connection, to: fresh)
        case .unsubscribe:
            let gone = Set(request.streams.map(BinanceStreamPath.normalized))
            streams.removeAll { gone.contains($0) }
            hub.unsubscribe(connection, from: gone)
        case .listSubscriptions:
            result = BinanceJSON()
            result.array(
                streams.map { stream in
                    var json = BinanceJSON()
                    json.name(stream)
                    return json
                }
            )
        }
        var json = BinanceJSON()
        json.raw(#"{"result":"#)
        json.raw(result)
        json.raw(#","id":"#)
        json.raw(request.id)
        json.raw("}")
        return json
    }

    private func isWithinRate() -> Bool {
        let now = NIODeadline.now()
        if now - second >= .seconds(1) {
            second = now
            messages = 0
        }
        messages += 1
        return messages <= Self.mostMessages
    }
}
