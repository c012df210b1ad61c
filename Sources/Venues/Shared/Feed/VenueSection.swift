package import Markets

/// The markets of a venue that are listed, polled and chosen together: its spot markets, its linear perpetuals.
///
/// The closures ask the venue over REST, within the budget that they share with all other callers.
package struct VenueSection: Sendable {
    /// For logs: `spot`, `linear`.
    package var name: String
    /// Which markets are followed.
    package var choice: MarketChoice
    /// Of how many of those, the most traded first, the books are followed too.
    package var bookLimit: Int
    /// How often the listing is read again and the markets are chosen again.
    package var listingInterval: Duration = .seconds(3600)
    /// How often ``figures`` is asked.
    package var figuresInterval: Duration
    /// Between two questions of ``perMarket``, so that all followed markets are asked in turn.
    package var perMarketInterval: Duration = .seconds(1)

    /// Everything listed, halted markets included.
    package var instruments: @Sendable () async throws(VenueRequestError) -> [Instrument]
    /// The venue's figures of all markets in one answer: tickers, quotes, funding, open interest, what it has.
    package var figures: @Sendable () async throws(VenueRequestError) -> [MarketEvent]
    /// A whole order book; nil where the picture comes over the socket.
    package var book: (@Sendable (Instrument, Market) async throws(VenueRequestError) -> BookFrame)?
    /// Figures that the venue gives for one market at a time; nil where there are none.
    package var perMarket: (@Sendable (Instrument) async throws(VenueRequestError) -> [MarketEvent])?

    package init(
        name: String,
        choice: MarketChoice,
        bookLimit: Int,
        figuresInterval: Duration,
        instruments: @escaping @Sendable () async throws(VenueRequestError) -> [Instrument],
        figures: @escaping @Sendable () async throws(VenueRequestError) -> [MarketEvent],
        book: (@Sendable (Instrument, Market) async throws(VenueRequestError) -> BookFrame)? = nil,
        perMarket: (@Sendable (Instrument) async throws(VenueRequestError) -> [MarketEvent])? = nil
    ) {
        self.name = name
        self.choice = choice
        self.bookLimit = bookLimit
        self.figuresInterval = figuresInterval
        self.instruments = instruments
        self.figures = figures
        self.book = book
        self.perMarket = perMarket
    }
}
