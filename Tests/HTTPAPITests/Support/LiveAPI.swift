import APIContract
import Accounts
import Addressing
import AsyncHTTPClient
import Crypto
import Dashboard
import Foundation
import Guard
import HTTPAPI
import HTTPServing
import Hummingbird
import Liquidations
import Logging
import MarketFeed
import Markets
import MerkleLog
import NIOCore
import NIOHTTP1
import Observability
import Postgres
import PumpDetection
import Realtime
import ServiceLifecycle
import Signals
import Storage
import TestKit
import Testing

/// The whole HTTP interface on a port of its own: the real router and server, users and candles in memory.
struct LiveAPI: Sendable {
    /// What a test may want otherwise.
    struct Options: Sendable {
        var isProduction = false
        var origins: Set<String> = []
        var proxies: [String] = []
        var requests = 1_000
        var authentications: Int?
        var metricsToken: String?
        var parts: [Readiness.Part] = []
        var drainDeadline = TimeAmount.seconds(4)
        var confirmsAddresses = false
        /// Whether failed sign-ins are counted; needs a database.
        var isGuarded = false
        /// Accounts on a real database; in memory, without refresh tokens, where there is none.
        var database: PostgresPool?
        /// Whether the market's own work is done beside the server, by the machine's clock.
        var runsFeed = false
        /// Whether accounts live by the machine's clock and not by the test's; needs a database.
        var runsClock = false
        /// Ed25519 keys instead of a secret.
        var signsWithKeys = false
        /// Passwords that may wait to be hashed.
        var hashingPlaces = 100
    }

    let port: Int
    let clock: ManualClock
    let users: MemoryUsers
    let accounts: AccountService
    let tokens: AccessTokens
    let readiness: Readiness
    let log: LogRecorder
    let feed: MarketFeed
    /// What feeds of the market tell `/metrics` of their delays.
    let latency: LatencyMeasures
    /// Every route that the server knows, as `METHOD /path`, those that only refuse among them.
    let routes: [String]
    private let group: ServiceGroup

    var address: String { "http://127.0.0.1:\(port)" }

    func shutDown() async { await group.triggerGracefulShutdown() }

    /// A token of a new account.
    func token() throws -> String {
        try tokens.issue(for: SessionKey(userID: try users.add(), sessionID: UUID()), at: clock.date).text
    }

    static func serving(_ options: Options = Options(), _ body: @Sendable (LiveAPI) async throws -> Void) async throws {
        let clock = ManualClock()
        let users = MemoryUsers()
        let log = LogRecorder()
        let logger = Logger(label: "test") { _ in log }
        let tokens = try tokens(options)
        let readiness = Readiness(parts: options.parts)
        let hasher = PasswordHasher(parameters: .floor, workers: 2, queueLimit: options.hashingPlaces)
        let care = try care(options, clock, hasher)
        let bans = BanBook(store: options.database.map(BanStore.postgres) ?? .forgetful, now: { clock.date })
        let accounts = try accounts(options, clock, users, tokens, care, bans, hasher)
        let now: @Sendable () -> MarketTime
        if options.runsFeed {
            now = MarketTime.wallClock
        } else {
            now = { MarketTime(milliseconds: clock.milliseconds) }
        }
        let feed = MarketFeed(
            store: .empty,
            liquidationStore: .empty,
            history: nil,
            logger: logger,
            now: now
        )
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let registry = MetricsRegistry()
        let latency = LatencyMeasures(registry)
        let (application, routes) = try application(
            options,
            clock,
            accounts,
            care,
            bans,
            readiness,
            feed,
            registry,
            logger
        ) {
            found.yield($0)
        }
        let services: [any Service] = options.runsFeed ? [feed, application] : [application]
        let group = ServiceGroup(configuration: .init(services: services, logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let api = LiveAPI(
                port: try #require(await iterator.next()),
                clock: clock,
                users: users,
                accounts: accounts,
                tokens: tokens,
                readiness: readiness,
                log: log,
                feed: feed,
                latency: latency,
                routes: routes,
                group: group
            )
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(api)) } catch { outcome = .failure(error) }
            users.release()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
    }

    private static func care(
        _ options: Options,
        _ clock: ManualClock,
        _ hasher: PasswordHasher
    ) throws -> AccountCare {
        let time = AccountClock(now: { clock.date }, uptime: { .milliseconds(clock.milliseconds) })
        guard let pool = options.database else { return .inert(hasher: hasher, clock: time) }
        return AccountCare(
            stores: .postgres(pool),
            hasher: hasher,
            box: try #require(SecretBox(secrets: [letterKey])),
            links: AccountLinks(base: "https://app.example.com"),
            confirmsAddresses: options.confirmsAddresses,
            clock: time
        )
    }

    /// What the letters in the queue are sealed with.
    static let letterKey = Secret(String(repeating: "l", count: 32))

    private static func tokens(_ options: Options) throws -> AccessTokens {
        guard options.signsWithKeys else {
            return try #require(AccessTokens(secret: Secret(String(repeating: "k", count: 32))))
        }
        let key = Curve25519.Signing.PrivateKey()
        let entry = KeyRing.Entry(key: TokenKey(publicKey: key.publicKey, privateKey: key), signsFrom: .distantPast)
        return AccessTokens(ring: KeyRing([entry]))
    }

    private static func accounts(
        _ options: Options,
        _ clock: ManualClock,
        _ users: MemoryUsers,
        _ tokens: AccessTokens,
        _ care: AccountCare,
        _ bans: BanBook,
        _ hasher: PasswordHasher
    ) throws -> AccountService {
        guard let pool = options.database else { return AccountService(users: users, tokens: tokens, clock: clock) }
        return AccountService(
            users: .postgres(pool),
            audit: .postgres(pool),
            hasher: hasher,
            secondFactor: care.secondFactor,
            door: options.isGuarded ? door(pool, bans, clock) : .forgetful(clock),
            sessions: SessionService(
                store: .postgres(pool),
                audit: .postgres(pool),
                tokens: tokens,
                keys: try #require(SessionKeys(secret: Secret(String(repeating: "s", count: 32)))),
                observer: SecurityObserver { _ in },
                clock: options.runsClock
                    ? .system : AccountClock(now: { clock.date }, uptime: { .milliseconds(clock.milliseconds) })
            )
        )
    }

    private static func door(_ pool: PostgresPool, _ bans: BanBook, _ clock: ManualClock) -> LoginGuard {
        LoginGuard(
            failures: .postgres(pool),
            bans: bans,
            desk: SecurityDesk(detector: AnomalyDetector(), now: { clock.milliseconds }),
            now: { clock.date }
        )
    }

    private static func answers(_ pool: PostgresPool?, _ clock: ManualClock) throws -> IdempotentAnswers {
        let box = try #require(SecretBox(secrets: [Secret(String(repeating: "e", count: 32))]))
        let store = pool.map { IdempotencyStore.postgres($0) } ?? .unkept
        return IdempotentAnswers(store: store, box: box, now: { clock.date })
    }

    private static func application(
        _ options: Options,
        _ clock: ManualClock,
        _ accounts: AccountService,
        _ care: AccountCare,
        _ bans: BanBook,
        _ readiness: Readiness,
        _ feed: MarketFeed,
        _ registry: MetricsRegistry,
        _ logger: Logger,
        onRunning: @escaping @Sendable (Int) -> Void
    ) throws -> (some ApplicationProtocol, routes: [String]) {
        MarketMeasures.register(feed, in: registry)
        let hub = RealtimeHub(
            board: feed.board,
            streams: ChannelStreams { clock.milliseconds },
            accounts: accounts,
            heartbeatSeconds: 30,
            now: { MarketTime(milliseconds: clock.milliseconds) },
            monotonicMilliseconds: { clock.milliseconds },
            logger: logger
        )
        let limit = RateLimitPolicy(name: "default", limit: options.requests, windowMilliseconds: 60_000)
        let settings = APISettings(
            isProduction: options.isProduction,
            allowedOrigins: options.origins,
            trustedProxies: options.proxies.compactMap { NetworkBlock($0) },
            requestLimit: limit,
            authenticationLimit: RateLimitPolicy(
                name: "auth",
                limit: options.authentications ?? options.requests,
                windowMilliseconds: 60_000
            ),
            metricsToken: options.metricsToken
        )
        let limiter = RateLimiter { clock.milliseconds }
        let desk = SecurityDesk(detector: AnomalyDetector(), now: { clock.milliseconds })
        let gate = Gate(bans: bans, visitors: VisitorBook(now: { clock.milliseconds }), desk: desk)
        let reporter = RefusalReporter(desk: desk, registry: registry)
        let router = APIRouter.make(
            APIDependencies(
                accounts: accounts,
                care: care,
                developmentMails: {
                    [DevelopmentMail(to: "a@b.co", subject: "s", text: "t", html: "h", sentAt: clock.date)]
                },
                feed: feed,
                pumps: PumpSource(store: options.database.map { .postgres($0) } ?? .empty) {
                    (PumpModelFacts(name: "test", trainedBefore: "", events: 0, symbolDays: 0), PumpTally())
                },
                signals: SignalSource(
                    catalog: options.database.map(SignalCatalog.postgres) ?? .empty,
                    sides: options.database.map(SideVerdictStore.postgres) ?? .empty,
                    record: options.database.map { SignalRecord.postgres($0) } ?? .empty,
                    tiers: try MaintenanceTable.shipped(),
                    instrument: { symbol, venue in feed.board.instruments(of: venue).first { $0.symbol == symbol } },
                    now: { MarketTime(milliseconds: clock.milliseconds) }
                ),
                hub: hub,
                dashboard: try DashboardFiles(assetsDirectory: nil),
                documents: try ContractDocuments(),
                readiness: readiness,
                registry: registry,
                limiter: limiter,
                gate: gate,
                reporter: reporter,
                answers: try answers(options.database, clock),
                settings: settings,
                epoch: "test"
            )
        )
        let application = Application(
            router: router,
            server: .limited(
                limits: HTTPServerLimits(
                    maxBodyBytes: AppContext.maximumBodyBytes,
                    drainDeadline: options.drainDeadline
                ),
                refusalHeaders: SafetyHeaders.fields(isProduction: options.isProduction),
                webSocket: WebSocketRoute(
                    hub: hub,
                    limiter: limiter,
                    gate: gate,
                    reporter: reporter,
                    settings: settings
                ).endpoint
            ),
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { onRunning($0.localAddress?.port ?? 0) },
            logger: logger
        )
        return (application, router.routes.map { "\($0.method.rawValue) \($0.path.description)" })
    }
}

extension CandleStore {
    /// No candles.
    fileprivate static let empty = CandleStore(
        upsert: { _ in },
        range: { _ in [] },
        gaps: { _, _ in [] },
        openGaps: { _ in [] },
        markGap: { _ in },
        clearGap: { _ in },
        prune: { _, _, _ in 0 }
    )
}

extension IdempotencyStore {
    /// Fails loudly: what is kept is kept in a database.
    fileprivate static let unkept = IdempotencyStore(
        begin: { _ in throw MemoryUsers.NotKept() },
        finish: { _, _ in throw MemoryUsers.NotKept() },
        abandon: { _ in throw MemoryUsers.NotKept() }
    )
}

extension PumpStore {
    fileprivate static let empty = PumpStore(
        save: { _, _ in .elsewhere },
        list: { _ in [] },
        watchers: { _, _ in [] },
        keep: { _, _ in }
    )
}

extension SignalCatalog {
    fileprivate static let empty = SignalCatalog(
        list: { _ in [] },
        history: { _ in [] },
        signal: { _, _ in nil },
        tally: { _ in SignalTally(results: [], open: 0, delivered: []) }
    )
}

extension SideVerdictStore {
    fileprivate static let empty = SideVerdictStore(
        waiting: { _, _, _ in [] },
        save: { _, _ in throw MemoryUsers.NotKept() },
        verdicts: { _ in [] }
    )
}

extension SignalRecord {
    fileprivate static let empty = SignalRecord(
        publish: { _, _ in throw MemoryUsers.NotKept() },
        conclude: { _, _, _ in throw MemoryUsers.NotKept() },
        head: { RecordHead(size: 0, root: .empty) },
        entries: { _, _ in [] },
        checkpoints: { [] },
        latest: { nil },
        leaves: { _ in [] },
        keep: { _ in throw MemoryUsers.NotKept() },
        keys: { [] },
        signals: { _, _ in [] },
        recent: { _ in [] },
        outcomes: { _, _ in 0 }
    )
}

extension LiquidationStore {
    /// No liquidations.
    fileprivate static let empty = LiquidationStore(
        insert: { _ in },
        sums: { _ in [] },
        recent: { _, _ in [] },
        prune: { _, _ in 0 }
    )
}
