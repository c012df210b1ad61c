import Accounts
import MarketFeed
import Markets
import Postgres
import Storage
import Testing

@Suite("The development seed", .database, .timeLimit(.minutes(5)))
struct DevelopmentSeedTests {
    private let hasher = PasswordHasher(parameters: .floor, workers: 1, queueLimit: 4)

    @Test("Seeding twice gives the same rows as once")
    func twice() async throws {
        let pool = try PostgresPool.ofTest()
        let seed = try #require(DevelopmentSeed(isDevelopment: true, pool: pool, hasher: hasher))
        try await seed.run()
        let before = try await rows(of: pool)
        try await seed.run()
        #expect(try await rows(of: pool) == before)
        // Users, signals, holdings, and a day of minutes of three symbols.
        let expected: Int = 4 + 5 + 2 + 4320
        #expect(before.count == expected)
    }

    @Test("A user of each tier can sign in with the known password", arguments: Tier.allCases)
    func users(tier: Tier) async throws {
        let pool = try PostgresPool.ofTest()
        try await DevelopmentSeed(isDevelopment: true, pool: pool, hasher: hasher)?.run()
        let service = try AccountService.onDatabase(pool, hasher: hasher)
        let admission = try await service.login(
            email: DevelopmentSeed.email(of: tier),
            password: DevelopmentSeed.password,
            from: RequestOrigin(address: "::1", userAgent: nil)
        )
        #expect(admission.tier == tier)
    }

    @Test("Outside development there is no seed")
    func production() async throws {
        let pool = try PostgresPool.ofTest()
        #expect(DevelopmentSeed(isDevelopment: false, pool: pool, hasher: hasher) == nil)
    }

    private func rows(of pool: PostgresPool) async throws -> [String] {
        try await pool.query(
            """
            SELECT users::text AS line FROM users UNION ALL SELECT signals::text FROM signals
            UNION ALL SELECT portfolios::text FROM portfolios UNION ALL SELECT candles::text FROM candles ORDER BY 1
            """
        ).map { try $0.decode("line") }
    }
}
