import Markets

extension VenueSection {
    /// The markets of one kind of OKX; books come over the socket.
    ///
    /// - Parameters:
    ///   - kind: spot or swap.
    ///   - client: its budget is shared with whoever else holds it.
    ///   - symbolLimit: markets followed trade by trade.
    ///   - bookLimit: of those, how many books are followed.
    /// - Returns: the section, for a ``VenueFeed``.
    package static func okx(
        _ kind: OKXKind,
        _ client: OKXClient,
        symbolLimit: Int = 100,
        bookLimit: Int = 40
    ) -> VenueSection {
        VenueSection(
            name: kind.rawValue.lowercased(),
            choice: MarketChoice(limit: symbolLimit, quoteAssets: ["USDT", "USDC"]),
            bookLimit: bookLimit,
            figuresInterval: .seconds(60),
            instruments: { () throws(VenueRequestError) in try await client.instruments(kind) },
            figures: { () throws(VenueRequestError) in
                let tickers = try await client.dayTickers(kind)
                return kind == .swap ? tickers + (try await client.openInterest()) : tickers
            }
        )
    }
}
