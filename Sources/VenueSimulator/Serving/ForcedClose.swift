package import Markets

/// One liquidation on a perpetual, in the market's own units.
package struct ForcedClose: Hashable, Sendable {
    /// The side of the position that was closed; the order that closed it stood on the other.
    package var position: PositionSide
    package var price: Price
    package var quantity: Quantity
    package var time: MarketTime

    /// The side of the closing order: selling closes a long.
    package var orderSide: Side { position == .long ? .sell : .buy }
}
