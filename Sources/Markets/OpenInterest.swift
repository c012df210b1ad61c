/// How much of a perpetual is held open on one venue, one side counted.
package struct OpenInterest: Hashable, Sendable {
    package var symbol: Symbol
    /// Base asset, never contracts.
    package var quantity: Quantity

    package init(symbol: Symbol, quantity: Quantity) {
        self.symbol = symbol
        self.quantity = quantity
    }
}
