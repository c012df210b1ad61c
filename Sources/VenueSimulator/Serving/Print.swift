package import Markets

/// One trade as a venue prints it.
package struct Print: Hashable, Sendable {
    /// Rising by one per trade of a market.
    package var id: Int64
    package var time: MarketTime
    package var price: Price
    package var quantity: Quantity
    package var takerSide: Side

    package init(id: Int64, time: MarketTime, price: Price, quantity: Quantity, takerSide: Side) {
        self.id = id
        self.time = time
        self.price = price
        self.quantity = quantity
        self.takerSide = takerSide
    }
}
