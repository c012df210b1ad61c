import Markets
import Settings
import Venues

/// Where a venue's two families of markets are asked and heard; on most venues it is the same place.
struct VenueAddresses {
    var spot: VenueEndpoints
    var perpetuals: VenueEndpoints

    /// The venue's own, or what the settings put in their place.
    init(_ venue: Venue, settings: Settings) {
        func endpoints(_ rest: SettingName, _ webSocket: SettingName) -> VenueEndpoints {
            VenueEndpoints(rest: settings.text(rest), webSocket: settings.text(webSocket))
        }
        switch venue {
        case .binance:
            spot = endpoints(.binanceRESTURL, .binanceWebSocketURL)
            perpetuals = endpoints(.binanceFuturesRESTURL, .binanceFuturesWebSocketURL)
        case .bybit:
            spot = endpoints(.bybitRESTURL, .bybitWebSocketURL)
            perpetuals = spot
        case .okx:
            spot = endpoints(.okxRESTURL, .okxWebSocketURL)
            perpetuals = spot
        case .mexc:
            spot = endpoints(.mexcRESTURL, .mexcWebSocketURL)
            perpetuals = endpoints(.mexcRESTURL, .mexcFuturesWebSocketURL)
        }
    }

    /// A simulator on loopback, which has both families on one port.
    init(simulatorPort port: Int) {
        spot = VenueEndpoints(
            rest: "http://127.0.0.1:\(port)",
            webSocket: "ws://127.0.0.1:\(port)",
            isSimulated: true
        )
        perpetuals = spot
    }

    /// Answers with little to anybody; for asking whether the venue can be reached.
    static func probePath(_ venue: Venue) -> String {
        switch venue {
        case .binance, .mexc: "/api/v3/ping"
        case .bybit: "/v5/market/time"
        case .okx: "/api/v5/public/time"
        }
    }
}
