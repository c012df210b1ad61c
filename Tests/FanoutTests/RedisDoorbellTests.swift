import Doorbells
import Fanout
import Logging
import NIOCore
import Redis
import TestKit
import Testing

@Suite(
    "Doorbells over Redis",
    .enabled(if: ThrowawayRedis.isInstalled, "redis-server is not installed"),
    .timeLimit(.minutes(5))
)
struct RedisDoorbellTests {
    /// A process: what it hears, and its doorbell.
    private struct Process {
        let doorbell = Doorbell()
        let rings: AsyncStream<Ring>
        let redis: RedisClient
        let carrier: RedisDoorbell

        init(_ url: String) throws {
            let (rings, heard) = AsyncStream.makeStream(of: Ring.self)
            self.rings = rings
            doorbell.onRing { heard.yield($0) }
            var configuration = try RedisConfiguration(url: url)
            // Patience is not what this tests.
            configuration.commandTimeout = .seconds(30)
            configuration.silenceLimit = .seconds(60)
            redis = try RedisClient(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            carrier = RedisDoorbell(redis: redis, doorbell: doorbell)
        }
    }

    private static func two(_ url: String, _ body: (Process, Process) async throws -> Void) async throws {
        let (one, other) = (try Process(url), try Process(url))
        let running = [one, other].flatMap { process in
            [Task { try await process.redis.run() }, Task { try await process.carrier.run() }]
        }
        defer { for task in running { task.cancel() } }
        try await body(one, other)
    }

    @Test("A ring gets to the other process and not back; a restart is told of as anything at both")
    func rings() async throws {
        try await ThrowawayRedis.run { redis in
            try await Self.two(redis.url) { one, other in
                var (here, there) = (one.rings.makeAsyncIterator(), other.rings.makeAsyncIterator())
                // Each is joined.
                #expect(await here.next() == .anything)
                #expect(await there.next() == .anything)
                one.doorbell.ring(.channel(name: "signals", sequence: 7))
                #expect(await there.next() == .channel(name: "signals", sequence: 7))
                other.doorbell.ring(.standing)
                #expect(await here.next() == .channel(name: "signals", sequence: 7))
                #expect(await here.next() == .standing)
                #expect(one.carrier.heard == 1 && other.carrier.heard == 1)

                await redis.kill()
                #expect(await here.next() == .anything)
                #expect(!one.doorbell.isJoined)
                try await redis.start()
                #expect(await here.next() == .anything)
                #expect(one.doorbell.isJoined)
            }
        }
    }
}
