import Markets
import NIOCore

/// One client's conversation on MEXC's futures socket: one contract per message, acknowledged without naming it.
///
/// - Source: mexcdevelop/apidocs, contract_v1_en (April 2025); control frames recorded in 2026-09.
struct MEXCPerpetualSession: VenueSession {
    private let directory: ListingDirectory
    private var topics: [Topic] = []

    init(_ directory: ListingDirectory) {
        self.directory = directory
    }

    /// Without the client's ping the socket closes even while data flows.
    var keepAlive: KeepAlive.Rule { .clientPings(within: .seconds(60)) }

    mutating func receive(_ text: [UInt8]) -> SessionReply {
        guard let message = JSONSlice(text), let method = message["method"]?.string else { return SessionReply() }
        if method == "ping" {
            var reply = SessionReply.answer(Self.pong())
            reply.isPing = true
            return reply
        }
        guard let dot = method.firstIndex(of: "."), ["sub", "unsub"].contains(method[..<dot]) else {
            // An unknown method is answered by nothing.
            return SessionReply()
        }
        let channel = String(method[method.index(after: dot)...])
        guard let kind = Self.kind(channel, message["param"]) else { return SessionReply() }
        var listing: Int?
        if channel != "tickers" {
            let name = message["param"]?["symbol"]?.string ?? ""
            listing = directory.open(name, isPerpetual: true)
            guard listing != nil else {
                return .answer(Self.control("rs.error", "Contract [\(ClientText.printable(name))] not exists"))
            }
        }
        return reply(method, kind, listing, channel, message["param"])
    }

    private mutating func reply(
        _ method: String,
        _ kind: StreamKind,
        _ listing: Int?,
        _ channel: String,
        _ parameters: JSONSlice?
    ) -> SessionReply {
        // The name tells books of other depths and uncompressed ones apart, which the venue's frames do not.
        var name = channel
        if let listing { name += " " + directory.listings[listing].venueSymbol }
        for key in ["interval", "limit", "compress"] as [StaticString] {
            if let value = parameters?[key] {
                name += " " + ClientText.printable(String(decoding: value.bytes, as: UTF8.self))
            }
        }
        let topic = Topic(name, isPerpetual: true, listing: listing, channel: kind)
        var reply = SessionReply.answer(Self.control("rs." + ClientText.printable(method), "success"))
        if method.hasPrefix("unsub") {
            // Unsubscribing names no depth: all of the contract's books of the kind go.
            let gone = topics.filter {
                $0.listing == listing && ($0.name == channel || $0.name.hasPrefix(channel + " "))
            }
            reply.unsubscribed = gone
            topics.removeAll { gone.contains($0) }
        } else if !topics.contains(topic) {
            topics.append(topic)
            reply.subscribed = [topic]
        }
        return reply
    }

    private static func kind(_ channel: String, _ parameters: JSONSlice?) -> StreamKind? {
        switch channel {
        case "tickers", "ticker": .ticker
        case "deal": .trade
        case "depth": .book(levels: nil)
        case "depth.full": .topOfBook(levels: Int(parameters?["limit"]?.integer ?? 20))
        case "kline":
            CandleNames.interval(parameters?["interval"]?.string ?? "Min1", in: CandleNames.mexcPerpetual)
                .map(StreamKind.candle)
        case "index.price": .indexPrice
        case "fair.price": .markPrice
        case "funding.rate": .funding
        default: nil
        }
    }

    private static func control(_ channel: String, _ text: String) -> [UInt8] {
        var json = JSONText()
        json.raw(#"{"channel":"#)
        json.name(channel)
        json.raw(#","data":"#)
        json.name(text)
        json.raw(#","ts":"#)
        json.integer(MarketClock.system.now().milliseconds)
        json.raw("}")
        return json.bytes
    }

    private static func pong() -> [UInt8] {
        var json = JSONText()
        let now = MarketClock.system.now().milliseconds
        json.raw(#"{"channel":"pong","data":"#)
        json.integer(now)
        json.raw(#","ts":"#)
        json.integer(now)
        json.raw("}")
        return json.bytes
    }
}
