import Logging
import Markets
import Settings
import Storage
import VenueSimulator
import Venues

/// Where the market comes from.
enum MarketSource {
    case live([Venue: VenueAddresses])
    case simulated(seed: Int64, venues: [Venue])
    case replay(Replay)

    /// Trades a second on each simulated venue: lively, and light for the machine of somebody who looks around.
    private static let simulatedTrades = 500.0

    /// What the settings say; `auto` asks the venues, and only development falls back to the simulated market.
    static func choose(_ settings: Settings, logger: Logger) async throws -> MarketSource {
        let venues = settings.venues
        let live = Dictionary(uniqueKeysWithValues: venues.map { ($0, VenueAddresses($0, settings: settings)) })
        let simulated = MarketSource.simulated(seed: Int64(settings.integer(.simulatorSeed)), venues: venues)
        switch settings.text(.marketSource) {
        case "live": return .live(live)
        case "simulated": return simulated
        default:
            if settings.isProduction { return .live(live) }
            let probes = live.map { venue, addresses in addresses.spot.rest + VenueAddresses.probePath(venue) }
            if await VenueReachability.anyAnswers(probes) { return .live(live) }
            logger.notice("No venue can be reached, so the simulated market is started")
            return simulated
        }
    }

    var world: MarketWorld {
        switch self {
        case .live: .live
        case .simulated(let seed, _): .simulated(seed: seed)
        case .replay: .replayed
        }
    }

    /// The venues on loopback that play this market; none where the real ones are read.
    func simulators(logger: Logger) -> [VenueSimulator] {
        switch self {
        case .live: return []
        case .simulated(let seed, let venues):
            let market = VenueSimulator.Source.market(seed: UInt64(seed), tradesPerSecond: Self.simulatedTrades)
            return venues.map { VenueSimulator(venue: $0, source: market, logger: logger) }
        case .replay(let replay): return [VenueSimulator(venue: .binance, source: .replay(replay), logger: logger)]
        }
    }
}

extension MarketSource {
    var isReplay: Bool {
        if case .replay = self { true } else { false }
    }
}
