package import Accounts
import Foundation
import MarketFeed
import Markets
package import Postgres

/// Fills a development database: a user of each tier, signals in every state, holdings, a day of candles.
///
/// Everything has a fixed key and a fixed time, so that seeding twice is the same as once, and what users did to their
/// seeded rows meanwhile stays.
package struct DevelopmentSeed: Sendable {
    private let pool: PostgresPool
    private let hasher: PasswordHasher

    /// Nil outside development: the passwords below are public.
    package init?(isDevelopment: Bool, pool: PostgresPool, hasher: PasswordHasher) {
        guard isDevelopment else { return nil }
        self.pool = pool
        self.hasher = hasher
    }

    /// The password of every seeded user.
    package static let password = "paper hands, diamond dreams"

    /// Who can sign in with ``password`` afterwards, lowest tier first.
    package static func email(of tier: Tier) -> String { "\(tier.rawValue)@example.com" }

    /// Writes what is missing.
    ///
    /// - Throws: the store's failure; what was written before it stays, and another run writes the rest.
    package func run() async throws {
        for tier in Tier.allCases { try await seedUser(tier) }
        try await SeedSignals(record: .postgres(pool)).publish()
        try await seedHoldings()
        try await CandleStore.postgres(pool).upsertAll(SeedCandles.all())
    }

    private func seedUser(_ tier: Tier) async throws {
        let email = Self.email(of: tier)
        let existing = try await pool.query("SELECT id FROM users WHERE email = \(email)")
        guard existing.isEmpty, let password = Password(Self.password) else { return }
        let hash = try await hasher.hash(password)
        try await pool.execute(
            """
            INSERT INTO users (email, password_hash, subscription, email_verified_at)
            VALUES (\(email), \(hash), \(tier.rawValue), now())
            ON CONFLICT (email) DO NOTHING
            """
        )
    }

    private func seedHoldings() async throws {
        try await pool.execute(
            """
            INSERT INTO portfolios (user_id, symbol, quantity, avg_buy_price)
            SELECT users.id, holding.symbol, holding.quantity, holding.price
            FROM users, (VALUES ('BTCUSDT', 0.25, 61250.5), ('SOLUSDT', 12, 141.37)) AS holding (symbol, quantity, price)
            WHERE users.email = \(Self.email(of: .pro))
            ON CONFLICT (user_id, symbol) DO NOTHING
            """
        )
    }
}

extension CandleStore {
    /// Any number of candles, in batches of the size that one call takes.
    fileprivate func upsertAll(_ candles: [VenueCandle]) async throws {
        for start in stride(from: 0, to: candles.count, by: 5000) {
            try await upsert(Array(candles[start..<min(start + 5000, candles.count)]))
        }
    }
}
