import Markets

/// `<symbol>@depth` and `<symbol>@depth@100ms`: what changed in the book since the message before.
///
/// ```json
/// {"e":"depthUpdate","E":1622371244693,"T":1622371244687,"s":"BTCUSDT","U":475776377463,"u":475776380184,
///  "pu":475776377452,"b":[["35729.77","1.600"]],"a":[["35819.20","0.211"]]}
/// ```
/// `pu` is the `u` of the message before. `U` is not the `pu` after: the numbers count the changes of every market.
/// <https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Diff-Book-Depth-Streams>
enum BinanceUSDMDepthDecoder {
    static func decode(
        _ fields: borrowing VenueFields<BinanceField>,
        _ market: borrowing Market,
        at time: MarketTime?
    ) throws(FrameRefusal) -> BookFrame {
        let first = try fields.integer(.firstUpdateID)
        let last = try fields.integer(.bookUpdateID)
        let previous = try fields.integer(.previousUpdateID)
        guard first <= last, previous <= last else { throw FrameRefusal(.contradiction) }
        return BookFrame(
            market: market.index,
            symbol: market.symbol,
            kind: .changes,
            first: first,
            last: last,
            previous: previous,
            exchangeTime: time,
            bids: try fields[.bid].levels(of: market, name: "b"),
            asks: try fields[.ask].levels(of: market, name: "a")
        )
    }
}
