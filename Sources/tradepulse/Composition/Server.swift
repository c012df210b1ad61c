import Accounts
import Channels
import Dashboard
import Foundation
import Guard
import HTTPAPI
import HTTPServing
import Hummingbird
import Leases
import Liquidations
import Logging
import MarketFeed
import Markets
import MerkleLog
import NIOCore
import Observability
import Postgres
import PumpDetection
import Realtime
import ServiceLifecycle
import Settings
import Signals
import Storage
import UnixSignals
import VenueSimulator
import Venues

/// Puts the house together and runs it until it is told to stop.
enum Server {
    /// Seconds between pings to each socket.
    private static let heartbeatSeconds = 30
    /// From the signal on: requests finish, sockets are told, candles are written, the cluster is stopped.
    ///
    /// What is not done by then is cancelled.
    private static let shutdownSeconds = 8.0
    /// From the signal to the end, whatever hangs: ten seconds are promised.
    static let shutdownDeadlineSeconds = 9.9

    static func run(_ program: inout Program, source: MarketSource) async throws {
        for name in program.settings.withoutEffect {
            program.logger.warning("A setting has no effect yet", metadata: ["setting": "\(name.rawValue)"])
        }
        let secrets = try AccountSecrets(&program)
        let mail = try MailSettings(program.settings)
        let neighbours = try Neighbours(program.settings, logger: program.logger)
        let database = try await Database.open(program)
        do {
            try await prepareSchema(database, isProduction: program.settings.isProduction)
            let parts = try await AccountParts(program, on: database.pool, secrets, mail, neighbours.doorbell)
            try await serve(program, source: source, database: database, parts, neighbours)
        } catch {
            await database.close()
            throw error
        }
    }

    /// Development brings its schema up to date by itself; production leaves that to the operator.
    private static func prepareSchema(_ database: Database, isProduction: Bool) async throws {
        if !isProduction { try await database.migrate() }
        try await database.checkSchema()
    }

    static func hasher(_ settings: Settings) throws -> PasswordHasher {
        let parameters = Argon2Parameters(
            memoryKiB: UInt32(settings.integer(.passwordMemory)),
            passes: UInt32(settings.integer(.passwordPasses)),
            lanes: Argon2Parameters.standard.lanes
        )
        guard let parameters else {
            throw ServerError("ARGON2_MEMORY_KIB and ARGON2_PASSES are outside what Argon2 or the policy allows")
        }
        return PasswordHasher(parameters: parameters)
    }

    private static func serve(
        _ program: Program,
        source: MarketSource,
        database: Database,
        _ parts: AccountParts,
        _ neighbours: Neighbours
    ) async throws {
        let accounts = parts.accounts
        let settings = program.settings
        let logger = program.logger
        let registry = MetricsRegistry()
        let limiter = RateLimiter(now: Clocks.monotonicMilliseconds)
        let reporter = RefusalReporter(desk: parts.office.desk, registry: registry)
        let latency = LatencyMeasures(registry)
        let pumps = PumpWatch(
            model: try PumpModel(.shipped),
            store: .postgres(database.pool, world: source.world),
            inbox: .postgres(database.pool),
            isMadeUp: source.world != .live,
            logger: logger
        )
        // A made-up market raises no signals and ends none: the record holds what happened.
        let ears = source.world == .live ? try SignalRoom.Ears(venues: settings.venues) : nil
        let market = try await Market(
            source,
            database: database,
            settings: settings,
            latency: latency,
            logger: logger,
            listener: { events in
                pumps.take(events)
                ears?.tape.take(events)
            },
            statusListener: { ears?.tape.report($0, $1) }
        )
        let streams = ChannelStreams { MarketTime.wallClock().milliseconds }
        let relay = ChannelRelay(
            log: .postgres(database.pool, world: source.world),
            streams: streams,
            doorbell: neighbours.doorbell,
            now: { MarketTime.wallClock().milliseconds },
            logger: logger
        )
        // Takes its place before anybody is let in: whoever resumes is judged by what is kept.
        try await relay.begin()
        let hub = RealtimeHub(
            board: market.feed.board,
            streams: streams,
            accounts: accounts,
            isSimulated: source.world != .live,
            heartbeatSeconds: heartbeatSeconds,
            now: MarketTime.wallClock,
            monotonicMilliseconds: Clocks.monotonicMilliseconds,
            written: latency.written,
            logger: logger
        )
        let databasePart = Readiness.Part(name: "database") { [pool = database.pool] in
            do { _ = try await pool.query("SELECT 1", timeout: .seconds(2)) } catch { return "does not answer" }
            return nil
        }
        let readiness = Readiness(parts: [databasePart] + neighbours.readiness)
        let api = APISettings(settings)
        let limits = HTTPServerLimits(settings)
        let ledger = ConnectionLedger(limits: limits)
        Measures.register(registry, feed: market.feed, hub: hub, ledger: ledger)
        parts.office.register(in: registry, limiter: limiter)
        neighbours.register(in: registry)
        let application = Application(
            router: APIRouter.make(
                APIDependencies(
                    accounts: accounts,
                    care: parts.care,
                    developmentMails: parts.mailing.developmentMails,
                    feed: market.feed,
                    pumps: pumps.source,
                    signals: try signalSource(database, market.feed),
                    hub: hub,
                    dashboard: try DashboardFiles(assetsDirectory: settings.text(.assetsDirectory)),
                    documents: try ContractDocuments(),
                    readiness: readiness,
                    registry: registry,
                    limiter: limiter,
                    gate: parts.office.gate,
                    reporter: reporter,
                    answers: parts.answers,
                    settings: api,
                    epoch: String(UInt64.random(in: .min ... .max), radix: 36)
                )
            ),
            server: .limited(
                limits: limits,
                refusalHeaders: SafetyHeaders.fields(isProduction: api.isProduction),
                webSocket: WebSocketRoute(
                    hub: hub,
                    limiter: limiter,
                    gate: parts.office.gate,
                    reporter: reporter,
                    settings: api
                ).endpoint,
                ledger: ledger
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.text(.host), port: settings.integer(.port)),
                serverName: nil,
                backlog: 1_024
            ),
            onServerRunning: { announce($0, host: settings.text(.host)) },
            logger: logger
        )
        // The order is that of dependence; shutdown goes the other way.
        var services: [any Service] = []
        if let cluster = database.cluster { services.append(cluster) }
        let noter = AuditNoter(
            trail: .postgres(database.pool),
            notes: AuditNotes(dataDirectory: program.dataDirectory),
            logger: logger
        )
        services += [database.pool, noter] + neighbours.services + parts.services + [pumps] + market.services
        let lease = LeaseHolder(
            job: "signals",
            // The number tells the operator which process it is, the rest tells it from others of that number.
            holder: "\(ProcessInfo.processInfo.processIdentifier) \(UUID().uuidString)",
            store: .postgres(database.pool),
            now: Clocks.monotonicMilliseconds,
            logger: logger
        )
        registry.gauge(
            "tradepulse_job_held",
            help: "Whether this process is the one that does a job.",
            labels: [("job", lease.job)]
        ) { lease.isHeld ? 1 : 0 }
        services.append(lease)
        services.append(try await signalRoom(program, database: database, parts, market.feed, ears, lease))
        services += [relay, hub, Draining(readiness: readiness, server: application, logger: logger)]
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(shutdownSeconds)
        try await ServiceGroup(configuration: configuration).run()
        await database.close()
    }

    /// Where signals come from, and what becomes of them.
    private static func signalRoom(
        _ program: Program,
        database: Database,
        _ parts: AccountParts,
        _ feed: MarketFeed,
        _ ears: SignalRoom.Ears?,
        _ lease: LeaseHolder
    ) async throws -> SignalRoom {
        SignalRoom(
            record: .postgres(database.pool, under: lease),
            sides: .postgres(database.pool),
            key: try await CheckpointKey.obtain(from: database.pool, box: parts.box, at: Date()),
            notes: RecordCommand.notes(program.dataDirectory),
            witnesses: try WitnessRounds(
                program.settings,
                try MailSettings(program.settings),
                box: parts.box,
                pool: database.pool
            ),
            feed: feed,
            ears: ears,
            lease: lease,
            logger: program.logger
        )
    }

    private static func signalSource(_ database: Database, _ feed: MarketFeed) throws -> SignalSource {
        SignalSource(
            catalog: .postgres(database.pool),
            sides: .postgres(database.pool),
            record: .postgres(database.pool),
            tiers: try MaintenanceTable.shipped(),
            instrument: { symbol, venue in feed.board.instruments(of: venue).first { $0.symbol == symbol } },
            now: MarketTime.wallClock
        )
    }

    /// The one line that says the server is ready, on standard output.
    private static func announce(_ channel: any Channel, host: String) {
        let port = channel.localAddress?.port ?? 0
        let name = host.contains(":") ? "[\(host)]" : host
        FileHandle.standardOutput.write(Data("listening on http://\(name):\(port)\n".utf8))
    }
}

/// Why the server cannot be put together.
struct ServerError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The HTTP server with its readiness: the first thing a shutdown does is to say "not ready".
private struct Draining<Listener: Service>: Service {
    let readiness: Readiness
    let server: Listener
    let logger: Logger

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await server.run()
        } onGracefulShutdown: {
            readiness.drain()
            ShutdownDeadline.begin(seconds: Server.shutdownDeadlineSeconds, logger: logger)
        }
    }
}
