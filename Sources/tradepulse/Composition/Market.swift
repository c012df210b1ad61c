import HTTPAPI
import Logging
import MarketFeed
import Markets
import NIOCore
import Postgres
import ServiceLifecycle
import Settings
import Storage
import VenueSimulator
import Venues

/// The feed and the venues it reads, of whichever source.
struct Market {
    let feed: MarketFeed
    /// In the order of dependence.
    let services: [any Service]

    /// Connections of the candles' own pool.
    private static let candleConnections = 4

    /// The last candles have two of the ten seconds that a shutdown may take.
    private static var pace: MarketFeedPace {
        var pace = MarketFeedPace()
        pace.lastFlush = .seconds(2)
        return pace
    }

    init(
        _ source: MarketSource,
        database: Database,
        settings: Settings,
        latency: LatencyMeasures,
        logger: Logger,
        listener: @escaping @Sendable (_ believed: [MarketEvent]) -> Void,
        statusListener: @escaping @Sendable (_ venue: Venue, _ status: VenueStatus) -> Void
    ) async throws {
        var configuration = source.world.configuration(database.pool.configuration)
        configuration.maximumConnections = Self.candleConnections
        let pool = PostgresPool(configuration: configuration, logger: logger)
        try await source.world.prepare(pool)
        let (addresses, simulators) = try await Self.venues(of: source, logger: logger)
        let listings = VenueListings()
        let depth = VenueReader.Depth(markets: settings.integer(.marketSymbols), books: settings.integer(.marketBooks))
        let readers = addresses.map { venue, addresses in
            VenueReader(
                venue,
                spot: addresses.spot,
                perpetuals: addresses.perpetuals,
                depth: depth,
                spotOnly: source.isReplay
            )
        }
        let feed = MarketFeed(
            store: .postgres(pool),
            liquidationStore: .postgres(pool),
            history: CandleHistory(
                Dictionary(uniqueKeysWithValues: readers.map { ($0.feed.venue, listings.history(of: $0)) })
            ),
            retention: try MarketRetention(settings),
            pace: Self.pace,
            logger: logger,
            now: MarketTime.wallClock,
            listener: listener
        )
        let sink = feed.sink
        let listingSink = MarketSink(
            receive: sink.receive,
            instruments: { venue, instruments in
                listings.learn(instruments, on: venue)
                sink.instruments(venue, instruments)
            },
            status: { venue, status in
                sink.status(venue, status)
                statusListener(venue, status)
            }
        )
        let feeds = readers.map { reader in
            var configuration = reader.feed
            configuration.delivered = latency.delivered(by: reader.feed.venue)
            if source.isReplay { configuration.adjustPolicy = { $0.allowSilence() } }
            return VenueFeed(configuration, sink: listingSink, logger: logger)
        }
        self.feed = feed
        services = [pool] + simulators + [feed] + feeds
    }

    /// Where the venues are: their own addresses, or the simulators' once they listen.
    private static func venues(
        of source: MarketSource,
        logger: Logger
    ) async throws -> (addresses: [(Venue, VenueAddresses)], services: [any Service]) {
        if case .live(let addresses) = source { return (addresses.map { ($0, $1) }, []) }
        var addresses: [(Venue, VenueAddresses)] = []
        var running: [any Service] = []
        for simulator in source.simulators(logger: logger) {
            running.append(RunningSimulator(simulator, logger: logger))
            addresses.append((simulator.venue, VenueAddresses(simulatorPort: try await simulator.boundPort)))
        }
        return (addresses, running)
    }
}

/// A simulator that listens already, since the address of the venue is needed before anything else is made.
private struct RunningSimulator: Service {
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    init(_ simulator: VenueSimulator, logger: Logger) {
        let group = ServiceGroup(services: [simulator], logger: logger)
        self.group = group
        task = Task { try await group.run() }
    }

    func run() async throws {
        // The task runs outside the group's own, so neither its shutdown nor its cancellation reaches it by itself.
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await task.value
            } onGracefulShutdown: {
                Task { await group.triggerGracefulShutdown() }
            }
        } onCancel: {
            task.cancel()
        }
    }
}
