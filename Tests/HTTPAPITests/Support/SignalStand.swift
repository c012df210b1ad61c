import Accounts
import Channels
import Crypto
import Foundation
import Markets
import MerkleLog
import NIOHTTP1
import Postgres
import Signals
import Storage
import StrictJSON
import TestKit
import Testing

/// Signals in a database of the test's own, and callers of each tier, behind the real server.
struct SignalStand: Sendable {
    let api: LiveAPI
    let pool: PostgresPool
    let record: SignalRecord
    private let key: CheckpointKey

    /// 2024-01-01.
    static let start: Int64 = 1_704_067_200_000
    private static let hour: Int64 = 3_600_000

    static func serving(_ body: @Sendable (SignalStand) async throws -> Void) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            let key = CheckpointKey(Curve25519.Signing.PrivateKey())
            try await pool.execute(
                """
                INSERT INTO signal_log_keys (id, public_key, sealed_private_key, created_at)
                VALUES (\(key.id), \(PostgresBytes(key.publicKey.rawRepresentation)), '', now())
                """
            )
            try await serving(pool, key, body)
        }
    }

    /// The same database, or another one with the same key, behind a server that has just begun and remembers nothing.
    func restarted(
        on other: PostgresPool? = nil,
        _ body: @Sendable (SignalStand) async throws -> Void
    ) async throws {
        try await Self.serving(other ?? pool, key, body)
    }

    private static func serving(
        _ pool: PostgresPool,
        _ key: CheckpointKey,
        _ body: @Sendable (SignalStand) async throws -> Void
    ) async throws {
        var options = LiveAPI.Options()
        options.database = pool
        options.requests = 100_000
        try await LiveAPI.serving(options) { api in
            // Whatever a test publishes is past, unless it says otherwise.
            api.clock.advance(milliseconds: 100 * 24 * hour)
            try await body(SignalStand(api: api, pool: pool, record: .postgres(pool), key: key))
        }
    }

    /// The test's own clock, by which the server goes.
    var now: MarketTime { MarketTime(milliseconds: api.clock.milliseconds) }

    /// An account of the tier, signed in.
    func token(_ tier: Tier) async throws -> String {
        let email = "\(tier.rawValue)-\(UUID())@example.com".lowercased()
        let body = #"{"email":"\#(email)","password":"correct horse battery staple"}"#
        let answer = try await api.post("/api/v1/auth/register", body)
        try await pool.execute("UPDATE users SET subscription = \(tier.rawValue) WHERE email = \(email)")
        api.clock.advance(milliseconds: 1_001)
        return try #require(answer.json?["accessToken"]?.text)
    }

    /// What a test may want otherwise.
    struct Draft: Sendable {
        var symbol = "BTCUSDT-PERP"
        var venue = Venue.binance
        var direction = SignalDirection.buy
        var confidence: Int?
        var strategy = "composite"
        var version = 1
        var isPaper = false
        var minTier = Tier.free
        /// Prices; a buy's unless it is a sell.
        var levels: [String]?
        /// Hours after ``SignalStand/start``.
        var born = 0
        /// When everybody was told; at its birth otherwise.
        var published: MarketTime?
    }

    @discardableResult
    func publish(_ draft: Draft) async throws -> Signal {
        let usual =
            draft.direction == .buy
            ? ["64000", "63000", "65000", "66000", "67000"] : ["64000", "65000", "63000", "62000", "61000"]
        let prices = try (draft.levels ?? usual).map { try #require(Price($0)) }
        let born = MarketTime(milliseconds: Self.start + Int64(draft.born) * Self.hour)
        let signal = Signal(
            id: UUID(),
            symbol: try #require(Symbol(draft.symbol)),
            venue: draft.venue,
            levels: try SignalLevels(
                direction: draft.direction,
                entry: prices[0],
                stop: prices[1],
                targets: Array(prices[2...])
            ),
            confidence: draft.confidence,
            baseRate: 47,
            triggers: [SignalTrigger(code: .momentum, weight: 640), SignalTrigger(code: .season, weight: -40)],
            strategy: Signal.Strategy(name: draft.strategy, version: draft.version, isPaper: draft.isPaper),
            timeframe: .oneHour,
            minTier: draft.minTier,
            createdAt: born,
            expiresAt: born.adding(milliseconds: 24 * Self.hour)
        )
        let told = Date(timeIntervalSince1970: Double((draft.published ?? born).milliseconds) / 1000)
        _ = try await record.publish(signal) { place in
            SignalText.message(StoredSignal(signal: signal, standing: .active, place: place), at: told)
        }
        return signal
    }

    func conclude(_ signal: Signal, _ standing: SignalStanding) async throws {
        _ = try await record.conclude(signal.id, standing) { place in
            SignalText.message(StoredSignal(signal: signal, standing: standing, place: place), at: Date())
        }
    }

    func close(_ signal: Signal, _ outcome: SignalOutcome, _ percent: Double, afterHours hours: Int = 5) async throws {
        let end = signal.createdAt.adding(milliseconds: Int64(hours) * Self.hour)
        try await conclude(
            signal,
            .closed(SignalVerdict(outcome: outcome, resultPercent: percent, resultR: percent / 2, closedAt: end))
        )
    }

    /// Signs what the record is now.
    func sign() async throws {
        _ = try await RecordKeeper(record: record, key: key) { _ in }.sign(at: now.milliseconds)
    }

    func get(_ path: String, _ token: String) async throws -> APIAnswer {
        try await api.get("/api/v1/signals" + path, token: token)
    }
}
