/// Which side an order is on; of a trade, the side of the taker.
package enum Side: String, Hashable, Sendable {
    case buy, sell
}

/// One match on one venue.
package struct Trade: Hashable, Sendable {
    package var symbol: Symbol
    /// The venue's own number, rising by one per trade of a market where the venue promises that.
    package var id: Int64
    package var price: Price
    package var quantity: Quantity
    package var takerSide: Side

    package init(symbol: Symbol, id: Int64, price: Price, quantity: Quantity, takerSide: Side) {
        self.symbol = symbol
        self.id = id
        self.price = price
        self.quantity = quantity
        self.takerSide = takerSide
    }
}
