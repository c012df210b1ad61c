import Markets

/// `<symbol>@trade` and `<symbol>@aggTrade`.
///
/// ```json
/// {"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000",
///  "T":1723161255342,"m":true,"M":true}
/// {"e":"aggTrade","E":1616176861895,"s":"BTCUSDT","a":640283266,"p":"58942.01000000","q":"0.00035600",
///  "f":716849523,"l":716849523,"T":1616176861893,"m":false,"M":true}
/// ```
/// `m` says that the buyer was the maker, so true means that the taker sold. `a` is an order number in old trades and
/// the aggregate's number in an aggTrade; either number rises by one per event of its own stream, never across both.
/// <https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#trade-streams>
enum BinanceTradeDecoder {
    static func decode(
        _ fields: borrowing VenueFields<BinanceField>,
        idField: BinanceField,
        _ market: borrowing Market
    ) throws(FrameRefusal) -> Trade {
        let trade = Trade(
            symbol: market.symbol,
            id: try fields.integer(idField),
            price: Price(try fields.positive(.price)),
            quantity: Quantity(try fields.positive(.quantity)),
            takerSide: try fields.flag(.buyerIsMaker) ? .sell : .buy
        )
        return try market.unbundled(trade)
    }
}
