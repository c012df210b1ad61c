/// What holders of a perpetual pay each other, and the prices it is reckoned from.
@usableFromInline package struct Funding: Hashable, Sendable {
    @usableFromInline package var symbol: Symbol
    /// A fraction of the notional per funding interval, 0.0001 for one basis point; longs pay while it is positive.
    @usableFromInline package var rate: FixedPoint?
    /// When it is next paid; nil where the venue does not say.
    @usableFromInline package var nextAt: MarketTime?
    @usableFromInline package var markPrice: Price?
    @usableFromInline package var indexPrice: Price?

    @inlinable package init(
        symbol: Symbol,
        rate: FixedPoint?,
        nextAt: MarketTime? = nil,
        markPrice: Price? = nil,
        indexPrice: Price? = nil
    ) {
        self.symbol = symbol
        self.rate = rate
        self.nextAt = nextAt
        self.markPrice = markPrice
        self.indexPrice = indexPrice
    }
}
