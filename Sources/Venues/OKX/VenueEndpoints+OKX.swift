extension VenueEndpoints {
    /// OKX's hosts for market data, which ask for no key; customers in the United States and the EEA have others.
    package static let okx = VenueEndpoints(
        rest: "https://www.okx.com",
        webSocket: "wss://ws.okx.com:8443"
    )
}
