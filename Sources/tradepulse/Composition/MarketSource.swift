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

    /// What the settings say; `auto` asks the venues, and only development falls back to the simulated market.
    static func choose(_ settings: Settings, logger: Logger) async throws -> MarketSource {
        let venues = settings.list(.venues).compactMap(Venue.init(rawValue:))
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
        case .live: []
        case .simulated(let seed, let venues):
            venues.map { VenueSimulator(venue: $0, source: .market(seed: UInt64(seed)), logger: logger) }
        case .replay(let replay): [VenueSimulator(venue: .binance, source: .replay(replay), logger: logger)]
        }
    }
}

extension MarketSource {
    var isReplay: Bool {
        if case .replay = self { true } else { false }
    }
}
