import Markets

extension VenueSection {
    /// The markets of one category of Bybit; books come over the socket, and figures of contracts with the tickers.
    ///
    /// - Parameters:
    ///   - category: spot or linear.
    ///   - client: its budget is shared with whoever else holds it.
    ///   - symbolLimit: markets followed trade by trade.
    ///   - bookLimit: of those, how many books are followed.
    /// - Returns: the section, for a ``VenueFeed``.
    package static func bybit(
        _ category: BybitCategory,
        _ client: BybitClient,
        symbolLimit: Int = 100,
        bookLimit: Int = 40
    ) -> VenueSection {
        VenueSection(
            name: category.rawValue,
            choice: MarketChoice(limit: symbolLimit, quoteAssets: ["USDT", "USDC"]),
            bookLimit: bookLimit,
            figuresInterval: .seconds(60),
            instruments: { () throws(VenueRequestError) in try await client.instruments(category) },
            figures: { () throws(VenueRequestError) in try await client.dayTickers(category) }
        )
    }
}
