import Markets

extension VenueSection {
    /// Binance's USD-M perpetuals.
    ///
    /// Open interest has no stream and is asked of one followed market after the other. `marketLimit` markets are
    /// followed, and of the first `bookLimit` of those the books too.
    package static func binanceUSDM(client: BinanceUSDMClient, marketLimit: Int, bookLimit: Int) -> VenueSection {
        VenueSection(
            name: "usdm",
            choice: MarketChoice(limit: marketLimit, quoteAssets: ["USDT", "USDC"]),
            bookLimit: bookLimit,
            figuresInterval: .seconds(60),
            instruments: { () throws(VenueRequestError) in try await client.instruments() },
            figures: { () throws(VenueRequestError) in try await client.figures() },
            book: { (instrument, market) throws(VenueRequestError) in try await client.book(of: instrument, market) },
            perMarket: { (instrument) throws(VenueRequestError) in [try await client.openInterest(of: instrument)] }
        )
    }
}
