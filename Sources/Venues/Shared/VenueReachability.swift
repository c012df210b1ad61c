package import AsyncHTTPClient
import NIOCore

/// Whether a venue can be reached from here, for `MARKET_SOURCE=auto`.
package enum VenueReachability {
    /// Asks Binance for an empty answer, and waits at most the given time for it.
    package static func binance(
        _ endpoints: BinanceEndpoints,
        within timeoutSeconds: Double = 2,
        http: HTTPClient = .venues
    ) async -> Bool {
        let client = BinanceSpotClient(endpoints: endpoints, http: http, timeoutSeconds: timeoutSeconds)
        do {
            try await client.ping()
            return true
        } catch {
            // A venue that answers "not now" or "not from your country" is no source of data either.
            return false
        }
    }
}
