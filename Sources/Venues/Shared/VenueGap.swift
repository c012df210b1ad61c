package import Markets

/// A time in which a venue was not heard for some markets, so that their candles can be fetched afterwards.
package struct VenueGap: Hashable, Sendable {
    package let venue: Venue
    package let symbols: [Symbol]
    /// The last message before the gap; nil when these markets were not followed before.
    package let from: MarketTime?
    /// When every stream was there again.
    package let to: MarketTime

    package init(venue: Venue, symbols: [Symbol], from: MarketTime?, to: MarketTime) {
        self.venue = venue
        self.symbols = symbols
        self.from = from
        self.to = to
    }
}
