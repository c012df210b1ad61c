/// One market's last 24 hours on one venue, as the venue reports them.
@usableFromInline package struct Ticker: Hashable, Sendable {
    @usableFromInline package var symbol: Symbol
    @usableFromInline package var last: Price
    @usableFromInline package var open24h: Price
    @usableFromInline package var high24h: Price
    @usableFromInline package var low24h: Price
    /// Base asset traded in 24 h.
    @usableFromInline package var baseVolume: Quantity
    /// Quote asset traded in 24 h.
    @usableFromInline package var quoteVolume: Money

    @inlinable package init(
        symbol: Symbol,
        last: Price,
        open24h: Price,
        high24h: Price,
        low24h: Price,
        baseVolume: Quantity,
        quoteVolume: Money
    ) {
        self.symbol = symbol
        self.last = last
        self.open24h = open24h
        self.high24h = high24h
        self.low24h = low24h
        self.baseVolume = baseVolume
        self.quoteVolume = quoteVolume
    }

    /// Percent over 24 hours, −1.25 for minus 1.25 %; nil when the opening price is zero.
    package var changePercent24h: Double? {
        open24h.value.isPositive ? (last.value.double / open24h.value.double - 1) * 100 : nil
    }
}
