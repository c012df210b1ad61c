extension VenueEndpoints {
    /// Bybit's hosts for market data, which ask for no key; some regions have others.
    package static let bybit = VenueEndpoints(
        rest: "https://api.bybit.com",
        webSocket: "wss://stream.bybit.com"
    )
}
