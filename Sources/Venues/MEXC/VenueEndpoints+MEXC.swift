extension VenueEndpoints {
    /// MEXC's hosts of spot market data, which asks for no key.
    package static let mexcSpot = VenueEndpoints(rest: "https://api.mexc.com", webSocket: "wss://wbs-api.mexc.com")

    /// MEXC's hosts of futures: REST moved to the common host in January 2026, the socket stayed.
    package static let mexcFutures = VenueEndpoints(rest: "https://api.mexc.com", webSocket: "wss://contract.mexc.com")
}
