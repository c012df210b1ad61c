import Logging
import Markets
import Settings
import Storage
import VenueSimulator
import Venues

/// Where the market comes from.
enum MarketSource {
    case live(BinanceEndpoints)
    case simulated(seed: Int64)
    case replay(Replay)

    /// What the settings say; `auto` asks the venue, and only development falls back to the simulated market.
    static func choose(_ settings: Settings, logger: Logger) async throws -> MarketSource {
        let venue = BinanceEndpoints(
            rest: settings.text(.binanceRESTURL),
            webSocket: settings.text(.binanceWebSocketURL)
        )
        let simulated = MarketSource.simulated(seed: Int64(settings.integer(.simulatorSeed)))
        switch settings.text(.marketSource) {
        case "live": return .live(venue)
        case "simulated": return simulated
        default:
            if settings.isProduction { return .live(venue) }
            if await VenueReachability.binance(venue) { return .live(venue) }
            logger.notice("No venue can be reached, so the simulated market is started")
            return simulated
        }
    }

    var world: MarketWorld {
        switch self {
        case .live: .live
        case .simulated(let seed): .simulated(seed: seed)
        case .replay: .replayed
        }
    }

    /// The venue on loopback that plays this market; nil where the real one is read.
    func simulator(logger: Logger) -> VenueSimulator? {
        switch self {
        case .live: nil
        case .simulated(let seed): VenueSimulator(source: .market(seed: UInt64(seed)), logger: logger)
        case .replay(let replay): VenueSimulator(source: .replay(replay), logger: logger)
        }
    }
}
