import Markets
import NIOCore

/// One client's conversation on one of Binance's market-data sockets.
struct BinanceSession: VenueSession {
    static let mostStreams = 1024

    let opening: [Topic]
    let isCombined: Bool
    private let socket: BinanceSocket
    private let directory: ListingDirectory
    /// In the order of subscription.
    private var topics: [Topic]

    init(_ path: BinanceStreamPath, _ directory: ListingDirectory) {
        socket = path.socket
        isCombined = path.isCombined
        self.directory = directory
        opening = path.streams.map { BinanceTopics.topic($0, on: path.socket, in: directory) }
        topics = opening
    }

    var keepAlive: KeepAlive.Rule {
        socket.isPerpetual
            ? .serverPings(every: .minutes(3), deadline: .minutes(10))
            : .serverPings(every: .seconds(20), deadline: .seconds(60))
    }

    var mostMessages: Int { socket.isPerpetual ? 10 : 5 }

    mutating func receive(_ text: [UInt8]) -> SessionReply {
        do throws(BinanceRequest.Refusal) {
            return try reply(to: try BinanceRequest(text))
        } catch {
            return .answer(error.json.bytes)
        }
    }

    private mutating func reply(to request: BinanceRequest) throws(BinanceRequest.Refusal) -> SessionReply {
        var reply = SessionReply()
        var result = JSONText()
        result.raw("null")
        switch request.method {
        case .subscribe:
            for stream in request.streams {
                let topic = BinanceTopics.topic(stream, on: socket, in: directory)
                if !topics.contains(topic), !reply.subscribed.contains(topic) { reply.subscribed.append(topic) }
            }
            guard topics.count + reply.subscribed.count <= Self.mostStreams else {
                throw BinanceRequest.Refusal(code: 2, message: "Invalid request: too many parameters", id: request.id)
            }
            topics += reply.subscribed
        case .unsubscribe:
            let gone = Set(request.streams.map(BinanceStreamPath.normalized))
            reply.unsubscribed = topics.filter { gone.contains($0.name) }
            topics.removeAll { gone.contains($0.name) }
        case .listSubscriptions:
            result = JSONText()
            result.array(
                topics.map { topic in
                    var json = JSONText()
                    json.name(topic.name)
                    return json
                }
            )
        }
        var json = JSONText()
        json.raw(#"{"result":"#)
        json.raw(result)
        json.raw(#","id":"#)
        json.raw(request.id)
        json.raw("}")
        reply.answers = [json.bytes]
        return reply
    }
}
