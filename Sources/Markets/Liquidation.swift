/// What a position bets on.
@usableFromInline package enum PositionSide: String, CaseIterable, Hashable, Sendable {
    case long, short
}

/// One forced close of somebody's position, as a venue reports it.
///
/// Whose side a venue names differs: Binance and OKX give the closing order's (a sell closes a long), Bybit the
/// position's. Here it is always the position's.
@usableFromInline package struct Liquidation: Hashable, Sendable {
    @usableFromInline package var symbol: Symbol
    /// The side of the position that was closed.
    @usableFromInline package var side: PositionSide
    @usableFromInline package var price: Price
    /// Base asset, never contracts.
    @usableFromInline package var quantity: Quantity

    @inlinable package init(symbol: Symbol, side: PositionSide, price: Price, quantity: Quantity) {
        self.symbol = symbol
        self.side = side
        self.price = price
        self.quantity = quantity
    }

    /// Quote asset; nil outside the representable range.
    package var notional: Money? { price * quantity }
}
