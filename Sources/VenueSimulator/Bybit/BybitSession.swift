import NIOCore

/// One client's conversation on one of Bybit's public sockets.
///
/// - Source: bybit-exchange/docs, v5 websocket connect (2026-07); control frames recorded in 2026-08.
struct BybitSession: VenueSession {
    /// Topics in one request on the spot socket.
    private static let mostSpotTopics = 10
    /// Characters of all topics of a connection.
    private static let mostCharacters = 21_000

    private let isPerpetual: Bool
    private let directory: ListingDirectory
    private var topics: [Topic] = []

    init(isPerpetual: Bool, _ directory: ListingDirectory) {
        self.isPerpetual = isPerpetual
        self.directory = directory
    }

    /// `spot` or `linear`; nil for any other path.
    static func category(of target: String) -> String? {
        switch target.split(separator: "?").first {
        case "/v5/public/spot": "spot"
        case "/v5/public/linear": "linear"
        default: nil
        }
    }

    var keepAlive: KeepAlive.Rule { .clientMessages(within: .minutes(10)) }

    mutating func receive(_ text: [UInt8]) -> SessionReply {
        guard let message = JSONSlice(text), let operation = message["op"]?.string else {
            return refusal("Params error: the request is no object with an op", "")
        }
        let request = ClientText.printable(message["req_id"]?.string ?? "")
        switch operation {
        case "ping":
            var reply = SessionReply.answer(control(isSuccess: true, "pong", request, "ping"))
            reply.isPing = true
            return reply
        case "subscribe": return subscribe(message["args"]?.elements?.map(\.string) ?? [], request)
        case "unsubscribe":
            let names = Set((message["args"]?.elements ?? []).compactMap(\.string))
            var reply = SessionReply.answer(control(isSuccess: true, "", request, "unsubscribe"))
            reply.unsubscribed = topics.filter { names.contains($0.name) }
            topics.removeAll { names.contains($0.name) }
            return reply
        default: return refusal("Params error: unknown op", request)
        }
    }

    private mutating func subscribe(_ names: [String?], _ request: String) -> SessionReply {
        guard !names.isEmpty else { return refusal("Params error: args is empty", request) }
        guard isPerpetual || names.count <= Self.mostSpotTopics else {
            return refusal("args size >\(Self.mostSpotTopics)", request)
        }
        var fresh: [Topic] = []
        for name in names {
            let name = name ?? ""
            guard let topic = BybitTopics.topic(name, isPerpetual: isPerpetual, in: directory) else {
                return refusal("error:handler not found,topic:" + ClientText.printable(name), request)
            }
            if !topics.contains(topic), !fresh.contains(topic) { fresh.append(topic) }
        }
        let characters = (topics + fresh).reduce(0) { $0 + $1.name.utf8.count }
        guard characters <= Self.mostCharacters else {
            return refusal("Params error: args of the connection are over \(Self.mostCharacters) characters", request)
        }
        topics += fresh
        var reply = SessionReply.answer(control(isSuccess: true, isPerpetual ? "" : "subscribe", request, "subscribe"))
        reply.subscribed = fresh
        return reply
    }

    private func refusal(_ message: String, _ request: String) -> SessionReply {
        .answer(control(isSuccess: false, message, request, "subscribe"))
    }

    private func control(isSuccess: Bool, _ message: String, _ request: String, _ operation: String) -> [UInt8] {
        var json = JSONText()
        json.raw(#"{"success":"#)
        json.bool(isSuccess)
        json.raw(#","ret_msg":"#)
        json.name(message)
        json.raw(#","conn_id":"d9tcajmgcca9r5l6sugg-21srs","req_id":"#)
        json.name(request)
        json.raw(#","op":"#)
        json.name(operation)
        json.raw("}")
        return json.bytes
    }
}
