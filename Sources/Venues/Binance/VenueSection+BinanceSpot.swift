import Markets

extension VenueSection {
    /// Binance's spot markets: the listing of `exchangeInfo` and the figures of `ticker/24hr` (weight 80 of 6,000 a minute).
    ///
    /// - Parameters:
    ///   - client: its budget is shared with whoever else holds it.
    ///   - symbolLimit: markets followed trade by trade.
    ///   - bookLimit: of those, how many books are followed.
    /// - Returns: a section that asks at most as often as the client's budget allows.
    package static func binanceSpot(
        _ client: BinanceSpotClient,
        symbolLimit: Int = 100,
        bookLimit: Int = 40
    ) -> VenueSection {
        VenueSection(
            name: "spot",
            choice: MarketChoice(limit: symbolLimit, quoteAssets: ["USDT", "USDC", "FDUSD", "BTC"]),
            bookLimit: bookLimit,
            figuresInterval: .seconds(60),
            instruments: { () throws(VenueRequestError) in try await client.instruments() },
            figures: { () throws(VenueRequestError) in try await client.dayTickers() },
            book: { instrument, market throws(VenueRequestError) in try await client.depth(instrument, market) }
        )
    }
}
