/// Where a venue, or a simulator that speaks its dialect, is reached.
package struct VenueEndpoints: Hashable, Sendable {
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

    private static func withoutSlash(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }
}
