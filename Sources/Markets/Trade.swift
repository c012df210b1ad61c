/// Which side an order is on; of a trade, the side of the taker.
@usableFromInline package enum Side: String, Hashable, Sendable {
    case buy, sell
}

/// One match on one venue.
@usableFromInline package struct Trade: Hashable, Sendable {
    @usableFromInline package var symbol: Symbol
    /// The venue's own number, rising by one per trade of a market where the venue promises that.
    @usableFromInline package var id: Int64
    @usableFromInline package var price: Price
    @usableFromInline package var quantity: Quantity
    @usableFromInline package var takerSide: Side

    @inlinable package init(symbol: Symbol, id: Int64, price: Price, quantity: Quantity, takerSide: Side) {
        self.symbol = symbol
        self.id = id
        self.price = price
        self.quantity = quantity
        self.takerSide = takerSide
    }
}
