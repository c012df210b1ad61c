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

    init(_ source: MarketSource, database: Database, settings: Settings, logger: Logger) async throws {
        var configuration = source.world.configuration(database.pool.configuration)
        configuration.maximumConnections = Self.candleConnections
        let pool = PostgresPool(configuration: configuration, logger: logger)
        try await source.world.prepare(pool)
        let venue = try await Self.venue(of: source, logger: logger)
        let client = BinanceSpotClient(endpoints: venue.endpoints)
        let feed = MarketFeed(
            store: .postgres(pool),
            liquidationStore: .postgres(pool),
            history: CandleHistory([.binance: CandleHistory(client)]),
            pace: Self.pace,
            logger: logger,
            now: MarketTime.wallClock
        )
        var reader = VenueFeed.Configuration(
            venue: .binance,
            isSimulated: venue.endpoints.isSimulated,
            dialects: { [BinanceSpotDialect(endpoints: venue.endpoints)] },
            sections: [.binanceSpot(client, symbolLimit: settings.integer(.marketSymbols))]
        )
        if case .replay = source { reader.adjustPolicy = { $0.allowSilence() } }
        let binance = VenueFeed(reader, sink: feed.sink, logger: logger)
        self.feed = feed
        services = [pool] + venue.services + [feed, binance]
    }

    /// Where the venue is: its own address, or the simulator's once it listens.
    private static func venue(
        of source: MarketSource,
        logger: Logger
    ) async throws -> (endpoints: BinanceEndpoints, services: [any Service]) {
        if case .live(let endpoints) = source { return (endpoints, []) }
        guard let simulator = source.simulator(logger: logger) else {
            preconditionFailure("A source is live or simulated")
        }
        let running = RunningSimulator(simulator, logger: logger)
        let port = try await simulator.boundPort
        let endpoints = BinanceEndpoints(
            rest: "http://127.0.0.1:\(port)",
            webSocket: "ws://127.0.0.1:\(port)",
            isSimulated: true
        )
        return (endpoints, [running])
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

extension CandleHistory {
    /// Past candles of Binance, over its REST interface.
    fileprivate init(_ client: BinanceSpotClient) {
        self.init { series, span in
            guard series.venue == .binance, !span.isEmpty else { return [] }
            return try await client.klines(
                series.symbol,
                interval: series.interval,
                from: span.from,
                to: span.to.adding(milliseconds: -1),
                limit: CandleHistory.maximumCandles
            )
        }
    }
}
