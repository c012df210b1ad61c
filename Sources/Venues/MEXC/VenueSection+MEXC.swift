import Markets

extension VenueSection {
    /// MEXC's spot markets.
    ///
    /// No stream gives the figures of all of them, so they are asked for more often than elsewhere: weight 40 of 500 in ten
    /// seconds. `marketLimit` markets are followed, and of the first `bookLimit` of those the books too.
    package static func mexcSpot(client: MEXCSpotClient, marketLimit: Int, bookLimit: Int) -> VenueSection {
        VenueSection(
            name: "spot",
            choice: MarketChoice(limit: marketLimit, quoteAssets: ["USDT", "USDC"]),
            bookLimit: bookLimit,
            figuresInterval: .seconds(5),
            instruments: { () throws(VenueRequestError) in try await client.instruments() },
            figures: { () throws(VenueRequestError) in try await client.dayTickers() },
            book: { (instrument, market) throws(VenueRequestError) in try await client.book(of: instrument, market) }
        )
    }

    /// MEXC's linear perpetuals.
    ///
    /// Funding times and the open interest of markets that are not followed come over REST. `marketLimit` markets are
    /// followed, and of the first `bookLimit` of those the books too.
    package static func mexcFutures(client: MEXCFuturesClient, marketLimit: Int, bookLimit: Int) -> VenueSection {
        VenueSection(
            name: "futures",
            choice: MarketChoice(limit: marketLimit, quoteAssets: ["USDT", "USDC"]),
            bookLimit: bookLimit,
            figuresInterval: .seconds(30),
            instruments: { () throws(VenueRequestError) in try await client.instruments() },
            figures: { () throws(VenueRequestError) in try await client.figures() },
            book: { (instrument, market) throws(VenueRequestError) in try await client.book(of: instrument, market) }
        )
    }
}
