import Markets

/// The best bid and ask of `<symbol>@bookTicker` (no event type and no time) and of `<symbol>@ticker`.
///
/// ```json
/// {"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}
/// ```
/// <https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#individual-symbol-book-ticker-streams>
enum BinanceBookTickerDecoder {
    /// Nil when one side of the book is empty, which the venue writes as a price of zero.
    static func decode(
        _ fields: borrowing VenueFields<BinanceField>,
        _ market: borrowing Market
    ) throws(FrameRefusal) -> Quote? {
        let quote = Quote(
            symbol: market.symbol,
            bid: Price(try fields.nonNegative(.bid)),
            bidQuantity: Quantity(try fields.nonNegative(.bidQuantity)),
            ask: Price(try fields.nonNegative(.ask)),
            askQuantity: Quantity(try fields.nonNegative(.askQuantity))
        )
        guard quote.bid.value.isPositive, quote.ask.value.isPositive else { return nil }
        guard quote.bid <= quote.ask else { throw FrameRefusal(.contradiction) }
        return try market.unbundled(quote)
    }
}
