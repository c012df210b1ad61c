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
        try await seedSignals()
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

    private func seedSignals() async throws {
        try await pool.execute(
            """
            INSERT INTO signals (
                id, symbol, exchange, direction, entry_price, stop_loss, take_profit_1, take_profit_2, take_profit_3,
                ai_confidence, ai_triggers, strategy_name, strategy_version, timeframe, status, outcome, result_pnl,
                min_tier, created_at, expires_at, closed_at
            ) VALUES
            ('5eed0000-0000-4000-8000-000000000001', 'BTCUSDT', 'binance', 'buy', 94200, 93100, 95300, 96400, 97500,
                54, '[{"code": "trend_pullback", "label": "Pullback in an uptrend", "weight": 1}]',
                'trend-pullback', '1', '1h', 'closed', 'tp1', 0.97,
                'free', '2025-01-01 06:00Z', '2025-01-02 06:00Z', '2025-01-01 15:30Z'),
            ('5eed0000-0000-4000-8000-000000000002', 'ETHUSDT', 'binance', 'sell', 3370, 3420, 3320, 3270, 3220,
                49, '[{"code": "breakout_volume", "label": "Breakdown with volume", "weight": 1}]',
                'breakout-volume', '1', '15m', 'closed', 'stop_loss', -1.68,
                'free', '2025-01-01 08:15Z', '2025-01-02 08:15Z', '2025-01-01 11:05Z'),
            ('5eed0000-0000-4000-8000-000000000003', 'SOLUSDT', 'binance', 'buy', 189.4, 185.2, 193.6, 197.8, 202,
                NULL, NULL, 'mean-reversion', '1', '4h', 'cancelled', NULL, NULL,
                'pro', '2025-01-01 12:00Z', '2025-01-02 12:00Z', '2025-01-01 12:20Z'),
            ('5eed0000-0000-4000-8000-000000000004', 'BTCUSDT', 'binance', 'sell', 94800, 95700, 93900, 93000, 92100,
                52, '[{"code": "mean_reversion", "label": "Stretched above its mean", "weight": 1}]',
                'mean-reversion', '1', '1h', 'active', NULL, NULL,
                'premium', '2025-01-01 20:00Z', NULL, NULL),
            ('5eed0000-0000-4000-8000-000000000005', 'ETHUSDT', 'binance', 'buy', 3345, 3300, 3390, 3435, 3480,
                51, '[{"code": "trend_pullback", "label": "Pullback in an uptrend", "weight": 1}]',
                'trend-pullback', '1', '1h', 'active', NULL, NULL,
                'free', '2025-01-01 22:00Z', NULL, NULL)
            ON CONFLICT (id) DO NOTHING
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
