import Markets
import NIOCore

/// One client's conversation on MEXC's spot socket; control is JSON text, data is binary.
///
/// - Source: mexcdevelop/apidocs, spot_v3_en (August 2025); control frames recorded in 2026.
struct MEXCSpotSession: VenueSession {
    static let mostStreams = 30

    private let directory: ListingDirectory
    private var topics: [Topic] = []

    init(_ directory: ListingDirectory) {
        self.directory = directory
    }

    var keepAlive: KeepAlive.Rule { .subscription(within: .seconds(30)) }

    mutating func receive(_ text: [UInt8]) -> SessionReply {
        guard let message = JSONSlice(text), let method = message["method"]?.string else {
            return .answer(Self.answer("msg format invalid"))
        }
        let names = (message["params"]?.elements ?? []).map { ClientText.printable($0.string ?? "", most: 120) }
        switch method {
        case "PING":
            var reply = SessionReply.answer(Self.answer("PONG"))
            reply.isPing = true
            return reply
        case "SUBSCRIPTION": return subscribe(names)
        case "UNSUBSCRIPTION":
            var reply = SessionReply.answer(Self.answer(names.joined(separator: ",")))
            reply.unsubscribed = topics.filter { names.contains($0.name) }
            topics.removeAll { names.contains($0.name) }
            return reply
        default: return .answer(Self.answer("msg format invalid"))
        }
    }

    /// What can be subscribed is, and what cannot is named; the code is 0 either way.
    private mutating func subscribe(_ names: [String]) -> SessionReply {
        var accepted: [String] = []
        var refused: [String] = []
        var reply = SessionReply()
        for name in names {
            guard let topic = MEXCSpotTopics.topic(name, in: directory),
                topics.contains(topic) || topics.count < Self.mostStreams
            else {
                refused.append(name)
                continue
            }
            accepted.append(name)
            guard !topics.contains(topic) else { continue }
            topics.append(topic)
            reply.subscribed.append(topic)
        }
        if !accepted.isEmpty { reply.answers.append(Self.answer(accepted.joined(separator: ","))) }
        if !refused.isEmpty {
            let text = "Not Subscribed successfully! [\(refused.joined(separator: ","))].  Reason： Blocked! "
            reply.answers.append(Self.answer(text))
        }
        return reply
    }

    private static func answer(_ text: String) -> [UInt8] {
        var json = JSONText()
        json.raw(#"{"id":0,"code":0,"msg":"#)
        json.name(text)
        json.raw("}")
        return json.bytes
    }
}

/// The streams of MEXC's spot socket: `spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT`.
enum MEXCSpotTopics {
    static func topic(_ name: String, in directory: ListingDirectory) -> Topic? {
        let parts = name.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "spot" else { return nil }
        let isAggregated = parts[1].hasPrefix("public.aggre.")
        let market = isAggregated ? parts[3] : parts[2]
        let option = isAggregated ? parts[2] : parts[3]
        guard let listing = directory.open(market, isPerpetual: false), let kind = kind(parts[1], option) else {
            return nil
        }
        return Topic(name, isPerpetual: false, listing: listing, channel: kind)
    }

    private static func kind(_ channel: String, _ option: String) -> StreamKind? {
        if channel.hasPrefix("public.aggre."), option != "10ms", option != "100ms" { return nil }
        switch channel {
        case "public.aggre.deals.v3.api.pb": return .trade
        case "public.aggre.depth.v3.api.pb": return .book(levels: nil)
        case "public.aggre.bookTicker.v3.api.pb": return .quote
        case "public.limit.depth.v3.api.pb":
            return ["5", "10", "20"].contains(option) ? Int(option).map { .topOfBook(levels: $0) } : nil
        case "public.kline.v3.api.pb":
            return CandleNames.interval(option, in: CandleNames.mexcSpotStream).map(StreamKind.candle)
        default: return nil
        }
    }
}
