import Markets

/// The streams of Bybit's public sockets: `tickers.BTCUSDT`, `kline.1.BTCUSDT`, `orderbook.50.BTCUSDT`.
enum BybitTopics {
    /// Nil for a name without a handler, which refuses the whole request.
    static func topic(_ name: String, isPerpetual: Bool, in directory: ListingDirectory) -> Topic? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let symbol = parts.last, parts.count >= 2,
            let listing = directory.open(symbol, isPerpetual: isPerpetual),
            let kind = kind(parts.dropLast(), isPerpetual: isPerpetual)
        else { return nil }
        return Topic(name, isPerpetual: isPerpetual, listing: listing, channel: kind)
    }

    private static func kind(_ parts: ArraySlice<String>, isPerpetual: Bool) -> StreamKind? {
        switch parts.first {
        case "tickers" where parts.count == 1: return .ticker
        case "publicTrade" where parts.count == 1: return .trade
        case "allLiquidation" where parts.count == 1 && isPerpetual: return .liquidation
        case "kline" where parts.count == 2:
            return CandleNames.interval(parts[1], in: CandleNames.bybit).map(StreamKind.candle)
        case "orderbook" where parts.count == 2:
            switch parts[1] {
            case "1": return .quote
            case "50", "200", "1000": return Int(parts[1]).map { .book(levels: $0) }
            default: return nil
            }
        default: return nil
        }
    }
}
