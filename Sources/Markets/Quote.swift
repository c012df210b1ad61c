/// The best bid and the best ask of a market, with the quantity waiting at each.
@usableFromInline package struct Quote: Hashable, Sendable {
    @usableFromInline package var symbol: Symbol
    @usableFromInline package var bid: Price
    @usableFromInline package var bidQuantity: Quantity
    @usableFromInline package var ask: Price
    @usableFromInline package var askQuantity: Quantity

    @inlinable package init(symbol: Symbol, bid: Price, bidQuantity: Quantity, ask: Price, askQuantity: Quantity) {
        self.symbol = symbol
        self.bid = bid
        self.bidQuantity = bidQuantity
        self.ask = ask
        self.askQuantity = askQuantity
    }
}
