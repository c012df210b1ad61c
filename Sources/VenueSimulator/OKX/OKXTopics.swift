import Markets

/// The streams of OKX's sockets, named by their argument as it stands in every frame.
enum OKXTopics {
    /// What a client asked for: `{"channel":"tickers","instId":"BTC-USDT"}`.
    struct Argument: Hashable, Sendable {
        var channel: String
        /// Nil where the channel takes a kind of instrument instead.
        var instrument: String?
        var kind: String?

        init?(_ value: JSONSlice) {
            guard let channel = value["channel"]?.string else { return nil }
            self.channel = ClientText.printable(channel)
            instrument = value["instId"]?.string.map { ClientText.printable($0) }
            kind = value["instType"]?.string.map { ClientText.printable($0) }
        }

        var json: String {
            var text = "{\"channel\":\"\(channel)\""
            if let instrument { text += ",\"instId\":\"\(instrument)\"" }
            if let kind { text += ",\"instType\":\"\(kind)\"" }
            return text + "}"
        }
    }

    /// Nil for what the socket refuses: an unknown channel or instrument, or the other socket's channel.
    static func topic(_ argument: Argument, isBusiness: Bool, in directory: ListingDirectory) -> Topic? {
        if argument.channel == "liquidation-orders" {
            // A single instrument is refused.
            guard !isBusiness, argument.kind == "SWAP", argument.instrument == nil else { return nil }
            return Topic(argument.json, isPerpetual: true, listing: nil, channel: .liquidation)
        }
        guard let name = argument.instrument else { return nil }
        if directory.recordedStreams.contains(argument.json) {
            return Topic(recorded: argument.json, isPerpetual: false)
        }
        guard let kind = isBusiness ? business(argument.channel) : open(argument.channel) else { return nil }
        let isIndex = kind == .indexPrice
        let market = isIndex ? name + "-SWAP" : name
        let isPerpetual = market.hasSuffix("-SWAP")
        guard let listing = directory.open(market, isPerpetual: isPerpetual), isPerpetual || !kind.isFigure else {
            return nil
        }
        return Topic(argument.json, isPerpetual: isPerpetual, listing: listing, channel: kind)
    }

    private static func open(_ channel: String) -> StreamKind? {
        switch channel {
        case "tickers": .ticker
        case "trades": .trade
        case "books": .book(levels: 400)
        case "books5": .topOfBook(levels: 5)
        case "bbo-tbt": .quote
        case "mark-price": .markPrice
        case "index-tickers": .indexPrice
        case "funding-rate": .funding
        case "open-interest": .openInterest
        default: nil
        }
    }

    private static func business(_ channel: String) -> StreamKind? {
        if channel == "trades-all" { return .trade }
        guard channel.hasPrefix("candle") else { return nil }
        return CandleNames.interval(String(channel.dropFirst(6)), in: CandleNames.okx).map(StreamKind.candle)
    }
}
