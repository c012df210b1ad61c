extension VenueEndpoints {
    /// Binance's hosts of USD-M futures; market data asks for no key.
    package static let binanceUSDM = VenueEndpoints(
        rest: "https://fapi.binance.com",
        webSocket: "wss://fstream.binance.com"
    )
}
