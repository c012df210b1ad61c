/// Where Binance, or a simulator that speaks its dialect, is reached.
package struct BinanceEndpoints: Hashable, Sendable {
    /// `https://host[:port]`, without a path.
    package let rest: String
    /// `wss://host[:port]`, without a path.
    package let webSocket: String
    /// Whether a simulated or replayed market answers there; its data is then marked as such.
    package let isSimulated: Bool

    package init(rest: String, webSocket: String, isSimulated: Bool = false) {
        self.rest = Self.withoutSlash(rest)
        self.webSocket = Self.withoutSlash(webSocket)
        self.isSimulated = isSimulated
    }

    /// The hosts for market data, which ask for no key.
    package static let live = BinanceEndpoints(
        rest: "https://data-api.binance.vision",
        webSocket: "wss://data-stream.binance.vision"
    )

    private static func withoutSlash(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }
}
