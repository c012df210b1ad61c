import Markets

/// Which streams each of the venue's sockets has.
///
/// - Source: binance-spot-api-docs, web-socket-streams.md (July 2026); USD-M change notice of March 2026.
enum BinanceTopics {
    /// The stream of a name as the client wrote it, `BTCUSDT@trade` or `!miniTicker@arr`.
    ///
    /// The venue accepts every name. One that is unknown, or belongs on the other socket, is silent for good.
    static func topic(_ text: String, on socket: BinanceSocket, in directory: ListingDirectory) -> Topic {
        let name = BinanceStreamPath.normalized(text)
        let isPerpetual = socket.isPerpetual
        let found = parse(name, isPerpetual: isPerpetual, directory)
        guard let found, serves(found.channel, on: socket) else {
            return Topic(name, isPerpetual: isPerpetual, listing: nil, channel: nil)
        }
        return Topic(name, isPerpetual: isPerpetual, listing: found.listing, channel: found.channel)
    }

    private static func parse(
        _ name: String,
        isPerpetual: Bool,
        _ directory: ListingDirectory
    ) -> (listing: Int?, channel: StreamKind)? {
        if name.hasPrefix("!") {
            return ofAll(name, isPerpetual: isPerpetual).map { (nil, $0) }
        }
        guard let at = name.firstIndex(of: "@"),
            let listing = directory.index(of: name[..<at].uppercased(), isPerpetual: isPerpetual),
            let channel = channel(String(name[name.index(after: at)...]), isPerpetual: isPerpetual)
        else { return nil }
        return (listing, channel)
    }

    private static func ofAll(_ name: String, isPerpetual: Bool) -> StreamKind? {
        switch name {
        case "!miniTicker@arr": .miniTicker
        // Off on spot since March 2026.
        case "!ticker@arr" where isPerpetual: .ticker
        case "!forceOrder@arr" where isPerpetual: .liquidation
        case "!markPrice@arr" where isPerpetual: .markPrice
        case "!markPrice@arr@1s" where isPerpetual: .markPrice
        default: nil
        }
    }

    private static func channel(_ suffix: String, isPerpetual: Bool) -> StreamKind? {
        switch suffix {
        case "trade": return .trade
        case "aggTrade": return .aggregateTrade
        case "miniTicker": return .miniTicker
        case "ticker": return .ticker
        case "bookTicker": return .quote
        case "depth": return .book(levels: nil, isSlow: !isPerpetual)
        case "depth@100ms": return .book(levels: nil)
        case "depth@500ms" where isPerpetual: return .book(levels: nil, isSlow: true)
        case "depth@0ms" where isPerpetual: return .book(levels: nil)
        case "forceOrder" where isPerpetual: return .liquidation
        case "markPrice" where isPerpetual: return .markPrice
        case "markPrice@1s" where isPerpetual: return .markPrice
        default: break
        }
        if let interval = CandleInterval.allCases.first(where: { suffix == "kline_" + $0.rawValue }) {
            return .candle(interval)
        }
        for levels in [5, 10, 20] where suffix == "depth\(levels)" || suffix == "depth\(levels)@100ms" {
            return .topOfBook(levels: levels)
        }
        return nil
    }

    private static func serves(_ channel: StreamKind, on socket: BinanceSocket) -> Bool {
        guard socket.isPerpetual else { return true }
        let isPublic =
            switch channel {
            case .quote, .book, .topOfBook, .trade: true
            default: false
            }
        return isPublic == (socket == .perpetualPublic)
    }
}
