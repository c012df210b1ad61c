import NIOCore

/// One client's conversation on one of OKX's sockets.
///
/// - Source: okx.com/docs-v5, WebSocket; control frames recorded in 2026-09.
struct OKXSession: VenueSession {
    /// Requests that a connection may make in an hour; it lives hardly longer here.
    private static let mostRequests = 480
    private static let mostBytes = 64 << 10

    private let isBusiness: Bool
    private let directory: ListingDirectory
    private var topics: [Topic] = []
    private var requests = 0

    init(isBusiness: Bool, _ directory: ListingDirectory) {
        self.isBusiness = isBusiness
        self.directory = directory
    }

    /// Which socket a path is; nil for any other path.
    static func isBusiness(_ target: String) -> Bool? {
        switch target.split(separator: "?").first {
        case "/ws/v5/public": false
        case "/ws/v5/business": true
        default: nil
        }
    }

    /// Announces that the connection will be closed in about a minute.
    static var upgradeNotice: [UInt8] {
        Array(
            (#"{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. "#
                + #"Please reconnect.","connId":"a4d3ae55"}"#).utf8
        )
    }

    var keepAlive: KeepAlive.Rule { .anyTraffic(within: .seconds(30)) }

    mutating func receive(_ text: [UInt8]) -> SessionReply {
        if text.elementsEqual("ping".utf8) {
            var reply = SessionReply.answer(Array("pong".utf8))
            reply.isPing = true
            return reply
        }
        guard text.count <= Self.mostBytes, let message = JSONSlice(text), let operation = message["op"]?.string,
            operation == "subscribe" || operation == "unsubscribe", let arguments = message["args"]?.elements
        else {
            return .answer(Self.error("60012", "Illegal request: " + printed(text)))
        }
        requests += 1
        guard requests <= Self.mostRequests else { return .answer(Self.error("60014", "Requests too frequent")) }
        let id = message["id"]?.string.map { ClientText.printable($0, most: 32) }
        var reply = SessionReply()
        for argument in arguments { add(argument, operation, id, to: &reply) }
        return reply
    }

    private mutating func add(_ value: JSONSlice, _ operation: String, _ id: String?, to reply: inout SessionReply) {
        guard let argument = OKXTopics.Argument(value),
            let topic = OKXTopics.topic(argument, isBusiness: isBusiness, in: directory)
        else {
            reply.answers.append(Self.error("60018", Self.wrong(OKXTopics.Argument(value))))
            return
        }
        if operation == "unsubscribe" {
            reply.unsubscribed.append(topic)
            topics.removeAll { $0 == topic }
        } else if !topics.contains(topic) {
            topics.append(topic)
            reply.subscribed.append(topic)
        }
        var json = JSONText()
        json.raw("{")
        if let id {
            json.raw(#""id":"#)
            json.name(id)
            json.raw(",")
        }
        json.raw(#""event":"#)
        json.name(operation)
        json.raw(#","arg":"#)
        json.raw(argument.json)
        json.raw(#","connId":"76defc81"}"#)
        reply.answers.append(json.bytes)
    }

    private static func wrong(_ argument: OKXTopics.Argument?) -> String {
        let channel = argument?.channel ?? ""
        let place = argument?.instrument.map { "instId:" + $0 } ?? "instType:" + (argument?.kind ?? "")
        return "Subscribe failed, wrong URL or channel:\(channel),\(place) doesn't exist. Please use the correct URL, "
            + "channel and parameters referring to API document."
    }

    private static func error(_ code: String, _ message: String) -> [UInt8] {
        var json = JSONText()
        json.raw(#"{"event":"error","msg":"#)
        json.name(message)
        json.raw(#","code":"#)
        json.name(code)
        json.raw(#","connId":"e1f69f02"}"#)
        return json.bytes
    }

    private func printed(_ text: [UInt8]) -> String {
        ClientText.printable(String(decoding: text.prefix(60), as: UTF8.self))
    }
}
