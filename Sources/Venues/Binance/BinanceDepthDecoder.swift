import Markets

/// `<symbol>@depth` and `<symbol>@depth@100ms`: what changed in the book since the message before.
///
/// ```json
/// {"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":50093239189,"u":50093239202,
///  "b":[["61737.63000000","0.00000000"]],"a":[["61838.04000000","0.32332000"]]}
/// ```
/// `U` and `u` number the first and the last change in it.
/// <https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#diff-depth-stream>
enum BinanceDepthDecoder {
    static func decode(
        _ fields: borrowing VenueFields<BinanceField>,
        _ market: borrowing Market,
        at time: MarketTime?
    ) throws(FrameRefusal) -> BookFrame {
        let first = try fields.integer(.firstUpdateID)
        let last = try fields.integer(.bookUpdateID)
        guard first <= last else { throw FrameRefusal(.contradiction) }
        return BookFrame(
            market: market.index,
            symbol: market.symbol,
            kind: .changes,
            first: first,
            last: last,
            exchangeTime: time,
            bids: try fields[.bid].levels(of: market, name: "b"),
            asks: try fields[.ask].levels(of: market, name: "a")
        )
    }
}
