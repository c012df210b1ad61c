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
    /// Base asset of one contract, after ``multiplier``; nil where the venue counts in base asset.
    package let contractSize: Quantity?
    /// Units of the asset in one unit of what the venue calls its base: 1,000 for `1000PEPEUSDT`, whose symbol here is
    /// `PEPEUSDT-PERP`.
    ///
    /// The venue's prices are divided and its quantities multiplied by it.
    package let multiplier: Int64
    package let isTrading: Bool

    package init(
        venue: Venue,
        symbol: Symbol,
        venueSymbol: String,
        base: String,
        quote: String,
        tickSize: Price?,
        lotSize: Quantity?,
        contractSize: Quantity? = nil,
        multiplier: Int64 = 1,
        isTrading: Bool
    ) {
        self.venue = venue
        self.symbol = symbol
        self.venueSymbol = venueSymbol
        self.base = base
        self.quote = quote
        self.tickSize = tickSize
        self.lotSize = lotSize
        self.contractSize = contractSize
        self.multiplier = multiplier
        self.isTrading = isTrading
    }
}
