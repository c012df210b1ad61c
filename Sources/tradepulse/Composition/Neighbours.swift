import Doorbells
import Fanout
import HTTPAPI
import Logging
import Observability
import Redis
import ServiceLifecycle
import Settings

/// What joins this process to others on the same database: Redis, where there is one.
struct Neighbours {
    let doorbell = Doorbell()
    /// In the order of dependence.
    let services: [any Service]
    private let redis: RedisClient?
    private let carrier: RedisDoorbell?

    /// - Throws: `RedisError.invalidConfiguration`, or what makes the certificates unusable; not that Redis is away.
    init(_ settings: Settings, logger: Logger) throws {
        guard let url = settings[.redisURL] else {
            (redis, carrier, services) = (nil, nil, [])
            return
        }
        let redis = try RedisClient(RedisConfiguration(url: url), logger: logger)
        let carrier = RedisDoorbell(redis: redis, doorbell: doorbell)
        self.redis = redis
        self.carrier = carrier
        services = [redis, carrier]
    }

    /// A process does without Redis, only slower.
    var readiness: [Readiness.Part] {
        guard let redis else { return [] }
        return [Readiness.Part(name: "redis", isVital: false) { redis.isUp ? nil : "does not answer" }]
    }

    func register(in registry: MetricsRegistry) {
        guard let redis, let carrier else { return }
        registry.gauge("tradepulse_redis_up", help: "Whether every Redis server is connected.") { redis.isUp ? 1 : 0 }
        registry.observedCounter(
            "tradepulse_redis_losses_total",
            help: "Connections to Redis that were lost, and attempts that failed."
        ) { redis.losses }
        registry.gauge("tradepulse_doorbell_joined", help: "Whether rings of other processes get here.") { [doorbell] in
            doorbell.isJoined ? 1 : 0
        }
        let help = "Messages with rings: sent, tried in vain, and heard from others."
        let counts: [(String, @Sendable () -> Int)] = [
            ("sent", { carrier.sent }), ("failed", { carrier.unsent }), ("heard", { carrier.heard }),
        ]
        for (way, count) in counts {
            registry.observedCounter(
                "tradepulse_doorbell_messages_total",
                help: help,
                labels: [("way", way)],
                read: count
            )
        }
    }

    /// Rings once, for a command that ends; the servers look by themselves when that fails.
    static func ring(_ ring: Ring, _ settings: Settings, logger: Logger) async {
        guard let url = settings[.redisURL] else { return }
        do {
            let redis = try RedisClient(RedisConfiguration(url: url), logger: logger)
            redis.start()
            defer { redis.close() }
            try await RedisDoorbell.ring(ring, over: redis)
        } catch {
            logger.notice("The servers could not be told over Redis", metadata: ["error": "\(error)"])
        }
    }
}
