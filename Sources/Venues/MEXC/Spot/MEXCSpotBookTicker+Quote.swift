import MEXCWire
import Markets

/// `spot@public.aggre.bookTicker.v3.api.pb@100ms@<symbol>`: the best bid and ask.
///
/// ```json
/// {"bidPrice":"84270","bidQuantity":"0.006387","askPrice":"84270.01","askQuantity":"5.42169969",
///  "version":"82164153436","lastOrderCreateTime":1790281240471}
/// ```
/// <https://mexcdevelop.github.io/apidocs/spot_v3_en/#individual-symbol-book-ticker-streams>
extension MEXCSpotBookTicker {
    /// Nil when one side of the book is empty.
    func quote(of market: Market) throws(FrameRefusal) -> Quote? {
        // An empty side has neither price nor quantity, or zeros.
        guard try isPresent(bidPrice, "bidPrice"), try isPresent(askPrice, "askPrice") else { return nil }
        let quote = Quote(
            symbol: market.symbol,
            bid: try MEXCText.price(bidPrice, "bidPrice"),
            bidQuantity: try MEXCText.quantity(bidQuantity, "bidQuantity"),
            ask: try MEXCText.price(askPrice, "askPrice"),
            askQuantity: try MEXCText.quantity(askQuantity, "askQuantity")
        )
        guard quote.bid <= quote.ask else { throw FrameRefusal(.contradiction) }
        return quote
    }

    private func isPresent(_ price: String, _ field: String) throws(FrameRefusal) -> Bool {
        if price.isEmpty { return false }
        return try MEXCText.decimal(price, field).isPositive
    }
}
