import Accounts
import Channels
import Doorbells
import Fanout
import Foundation
import Logging
import MarketFeed
import Markets
import NIOCore
import NIOPosix
import Postgres
import Realtime
import Redis
import Storage
import TestKit
import Testing
import WebSockets

/// Processes on one database that hear of each other's commits over Redis, and only so: none looks by itself.
@Suite(
    "Processes that share a Redis",
    .enabled(if: ThrowawayRedis.isInstalled, "redis-server is not installed"),
    .timeLimit(.minutes(5))
)
struct NeighbourTests {
    /// A process: its relay, its hub with sockets, and its way to Redis.
    private struct Process: Sendable {
        let clock: ManualClock
        let users: MemoryUsers
        let doorbell: Doorbell
        let accounts: AccountService
        let tokens: AccessTokens
        let streams: ChannelStreams
        let pool: PostgresPool
        let server: any Channel

        /// One that runs while `body` does; `alone` is how often it looks while Redis is away: while it is there, it does
        /// not before tomorrow.
        static func running(
            on pool: PostgresPool,
            _ redis: ThrowawayRedis,
            alone: Duration = .seconds(86_400),
            _ body: (Process) async throws -> Void
        ) async throws {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let tokens = try #require(AccessTokens(secret: Secret(String(repeating: "k", count: 32))))
            let (clock, users, doorbell) = (ManualClock(), MemoryUsers(), Doorbell())
            let streams = ChannelStreams { clock.milliseconds }
            var pace = ChannelRelay.Pace()
            pace.alone = alone
            pace.joined = .seconds(86_400)
            let relay = ChannelRelay(
                log: .postgres(pool),
                streams: streams,
                doorbell: doorbell,
                pace: pace,
                now: { clock.milliseconds },
                logger: logger
            )
            try await relay.begin()
            let accounts = AccountService(users: users, tokens: tokens, clock: clock)
            let hub = RealtimeHub(
                board: MarketBoard { MarketTime(milliseconds: clock.milliseconds) },
                streams: streams,
                accounts: accounts,
                heartbeatSeconds: 30,
                now: { MarketTime(milliseconds: clock.milliseconds) },
                monotonicMilliseconds: { clock.milliseconds },
                logger: logger
            )
            let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addWebSocketHandlers(role: .server, limits: hub.socketLimits)
                        try pipeline.addHandler(RealtimeConnection(hub: hub, credential: .awaited))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            var configuration = try RedisConfiguration(url: redis.url)
            // Patience is not what this tests.
            configuration.commandTimeout = .seconds(30)
            configuration.silenceLimit = .seconds(60)
            let client = try RedisClient(configuration, logger: logger)
            let carrier = RedisDoorbell(redis: client, doorbell: doorbell)
            let running = [
                Task { try await client.run() }, Task { try await carrier.run() }, Task { try await relay.run() },
                Task { try await hub.run() },
            ]
            let process = Process(
                clock: clock,
                users: users,
                doorbell: doorbell,
                accounts: accounts,
                tokens: tokens,
                streams: streams,
                pool: pool,
                server: server
            )
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(process)) } catch { outcome = .failure(error) }
            for task in running { task.cancel() }
            try await server.close()
            try outcome.get()
        }

        /// A socket that hears signals.
        func subscriber() async throws -> SocketPeer {
            var peer = try await SocketPeer(port: try #require(server.localAddress?.port))
            let key = SessionKey(userID: try users.add(tier: .vip), sessionID: UUID())
            peer.send(auth: try tokens.issue(for: key, at: clock.date).text)
            _ = try #require(await peer.next("welcome"))
            _ = try await peer.listen(["signals"])
            return peer
        }

        /// Commits a signal and rings.
        func publish() async throws {
            let draft = ChannelDraft(to: .signals, payload: #"{"id":"a"}"#, createdAt: clock.date)
            let sequence = try await pool.withTransaction { try await $0.append(draft) }
            doorbell.ring(.channel(name: draft.channel.name, sequence: sequence))
        }

        func waitUntilJoined(_ isJoined: Bool = true) async throws {
            while doorbell.isJoined != isJoined { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test(
        "What one commits the other's sockets get by the ring alone; by looking while Redis is away; by the ring again after"
    )
    func channels() async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            try await ThrowawayRedis.run { redis in
                try await Process.running(on: pool, redis) { one in
                    try await Process.running(on: pool, redis, alone: .milliseconds(50)) { other in
                        var (here, there) = (try await one.subscriber(), try await other.subscriber())
                        for process in [one, other] { try await process.waitUntilJoined() }
                        for number in 1...10 {
                            try await one.publish()
                            #expect(await here.numbers("signal", 1) == [Int64(number)])
                            #expect(await there.numbers("signal", 1) == [Int64(number)])
                        }
                        await redis.kill()
                        for process in [one, other] { try await process.waitUntilJoined(false) }
                        try await one.publish()
                        #expect(await there.numbers("signal", 1) == [11])
                        try await redis.start()
                        for process in [one, other] { try await process.waitUntilJoined() }
                        try await one.publish()
                        #expect(await there.numbers("signal", 1) == [12])
                        #expect(await here.numbers("signal", 2) == [11, 12])
                    }
                }
            }
        }
    }

    @Test("What was committed while Redis was away is looked for when it is back")
    func missed() async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            try await ThrowawayRedis.run { redis in
                // Neither looks by itself, ever.
                try await Process.running(on: pool, redis) { one in
                    try await Process.running(on: pool, redis) { other in
                        var there = try await other.subscriber()
                        try await other.waitUntilJoined()
                        await redis.kill()
                        try await other.waitUntilJoined(false)
                        try await one.publish()
                        try await redis.start()
                        #expect(await there.numbers("signal", 1) == [1])
                    }
                }
            }
        }
    }

    @Test("A change of standing that one makes the other hears of at once")
    func standing() async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            try await ThrowawayRedis.run { redis in
                try await Process.running(on: pool, redis) { one in
                    try await Process.running(on: pool, redis) { other in
                        let (heard, hear) = AsyncStream.makeStream(of: [StandingChange].self)
                        other.accounts.sessions.onChange { hear.yield($0) }
                        var changes = heard.makeAsyncIterator()
                        let watch = StandingWatch(
                            feed: .postgres(pool),
                            sessions: other.accounts.sessions,
                            doorbell: other.doorbell,
                            interval: .seconds(86_400),
                            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                        )
                        try await watch.look()
                        let running = Task { try await watch.run() }
                        defer { running.cancel() }
                        try await one.waitUntilJoined()
                        try await other.waitUntilJoined()
                        let user = UUID()
                        try await pool.execute(
                            "INSERT INTO users (id, email, password_hash) VALUES (\(user), 'a@example.com', 'x')"
                        )
                        try await pool.execute("UPDATE users SET is_blocked = true WHERE id = \(user)")
                        one.doorbell.ring(.standing)
                        #expect(await changes.next() == [StandingChange(.blocked, userID: user)])
                    }
                }
            }
        }
    }
}
