/// How much of a perpetual is held open on one venue, one side counted.
@usableFromInline package struct OpenInterest: Hashable, Sendable {
    @usableFromInline package var symbol: Symbol
    /// Base asset, never contracts.
    @usableFromInline package var quantity: Quantity

    @inlinable package init(symbol: Symbol, quantity: Quantity) {
        self.symbol = symbol
        self.quantity = quantity
    }
}
