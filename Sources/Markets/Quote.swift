/// The best bid and the best ask of a market, with the quantity waiting at each.
package struct Quote: Hashable, Sendable {
    package var symbol: Symbol
    package var bid: Price
    package var bidQuantity: Quantity
    package var ask: Price
    package var askQuantity: Quantity

    package init(symbol: Symbol, bid: Price, bidQuantity: Quantity, ask: Price, askQuantity: Quantity) {
        self.symbol = symbol
        self.bid = bid
        self.bidQuantity = bidQuantity
        self.ask = ask
        self.askQuantity = askQuantity
    }
}
