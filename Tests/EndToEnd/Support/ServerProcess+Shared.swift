import Postgres

extension ServerProcess {
    /// What several processes on one database must have in common, and a market small enough for many of them.
    static func sharing(_ pool: PostgresPool) -> [String: String] {
        let target = pool.configuration.target
        return [
            "DATABASE_URL": "postgresql:///\(target["dbname"] ?? "")?host=\(target["host"] ?? "")"
                + "&port=\(target["port"] ?? "")&user=\(target["user"] ?? "")",
            "JWT_SECRET": "0123456789abcdef0123456789abcdef",
            "JWT_REFRESH_SECRET": "fedcba9876543210fedcba9876543210",
            "ENCRYPTION_KEY": "89abcdef0123456789abcdef01234567",
            "MARKET_SYMBOLS": "1",
            "MARKET_BOOKS": "0",
        ]
    }
}
