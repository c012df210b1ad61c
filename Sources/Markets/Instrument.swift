/// One market of one venue: what is traded against what, and in which steps.
package struct Instrument: Hashable, Sendable {
    package let venue: Venue
    package let symbol: Symbol
    /// The venue's own spelling, `btcusdt`, `BTC-USDT-SWAP`.
    package let venueSymbol: String
    package let base: String
    package let quote: String
    /// Smallest price step in quote asset; nil when the venue does not say.
    package let tickSize: Price?
    /// Smallest quantity step in base asset; nil when the venue does not say.
    package let lotSize: Quantity?
    package let isTrading: Bool

    package init(
        venue: Venue,
        symbol: Symbol,
        venueSymbol: String,
        base: String,
        quote: String,
        tickSize: Price?,
        lotSize: Quantity?,
        isTrading: Bool
    ) {
        self.venue = venue
        self.symbol = symbol
        self.venueSymbol = venueSymbol
        self.base = base
        self.quote = quote
        self.tickSize = tickSize
        self.lotSize = lotSize
        self.isTrading = isTrading
    }
}
