import Foundation
import Logging
import Postgres
import Storage
import TestKit
import Testing

@Suite("The schema", .timeLimit(.minutes(5)))
struct SchemaTests {
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    @Test("Migrations build it from nothing, and a second run has nothing to do")
    func twice() async throws {
        try await ThrowawayDatabase.run { pool in try await buildTwice(pool) }
    }

    private func buildTwice(_ pool: PostgresPool) async throws {
        let migrator = Migrator(migrations: try SchemaMigrations.all(), logger: logger)
        await #expect(throws: MigrationError.behind(missing: migrator.migrations.map(\.number))) {
            try await migrator.check(on: pool)
        }
        #expect(try await migrator.apply(on: pool) == migrator.migrations.map(\.number))
        let before = try await fingerprint(of: pool)
        #expect(try await migrator.apply(on: pool).isEmpty)
        try await migrator.check(on: pool)
        #expect(try await fingerprint(of: pool) == before)
    }

    @Test("Every file of the folder is a migration, numbered without holes")
    func files() throws {
        let migrations = try SchemaMigrations.all()
        #expect(!migrations.isEmpty)
        #expect(migrations.map(\.number) == Array(1...migrations.count))
    }

    static let columns = [
        ("users", "id", "uuid"), ("users", "email", "character varying(255)"),
        ("users", "password_hash", "character varying(255)"), ("users", "subscription", "character varying(20)"),
        ("users", "subscription_expires_at", "timestamp with time zone"),
        ("users", "totp_secret", "character varying(255)"), ("users", "totp_enabled", "boolean"),
        ("users", "is_blocked", "boolean"), ("users", "created_at", "timestamp with time zone"),
        ("users", "updated_at", "timestamp with time zone"), ("refresh_tokens", "id", "uuid"),
        ("refresh_tokens", "user_id", "uuid"), ("refresh_tokens", "token_hash", "character varying(255)"),
        ("refresh_tokens", "device_info", "jsonb"), ("refresh_tokens", "expires_at", "timestamp with time zone"),
        ("refresh_tokens", "created_at", "timestamp with time zone"), ("signals", "id", "uuid"),
        ("signals", "symbol", "character varying(40)"), ("signals", "exchange", "character varying(20)"),
        ("signals", "direction", "character varying(10)"), ("signals", "entry_price", "numeric(38,18)"),
        ("signals", "stop_loss", "numeric(38,18)"), ("signals", "take_profit_1", "numeric(38,18)"),
        ("signals", "take_profit_2", "numeric(38,18)"), ("signals", "take_profit_3", "numeric(38,18)"),
        ("signals", "ai_confidence", "integer"), ("signals", "ai_triggers", "jsonb"),
        ("signals", "status", "character varying(20)"), ("signals", "result_pnl", "numeric(10,2)"),
        ("signals", "closed_at", "timestamp with time zone"), ("signals", "created_at", "timestamp with time zone"),
        ("signals", "min_tier", "character varying(20)"), ("portfolios", "id", "uuid"),
        ("portfolios", "user_id", "uuid"),
        ("portfolios", "symbol", "character varying(40)"), ("portfolios", "quantity", "numeric(38,18)"),
        ("portfolios", "avg_buy_price", "numeric(38,18)"), ("portfolios", "created_at", "timestamp with time zone"),
        ("portfolios", "updated_at", "timestamp with time zone"), ("audit_logs", "id", "uuid"),
        ("audit_logs", "user_id", "uuid"), ("audit_logs", "action", "character varying(50)"),
        ("audit_logs", "ip_address", "inet"), ("audit_logs", "user_agent", "text"), ("audit_logs", "metadata", "jsonb"),
        ("audit_logs", "created_at", "timestamp with time zone"), ("blocked_ips", "ip_address", "inet"),
        ("blocked_ips", "reason", "text"), ("blocked_ips", "blocked_until", "timestamp with time zone"),
        ("blocked_ips", "created_at", "timestamp with time zone"),
    ]

    @Test("The columns of the product's design are there, with their types", .database)
    func columns() async throws {
        let pool = try PostgresPool.ofTest()
        for (table, column, type) in Self.columns {
            let rows = try await pool.query(
                """
                SELECT coalesce(format_type(domain.typbasetype, domain.typtypmod),
                    format_type(attribute.atttypid, attribute.atttypmod)) AS type
                FROM pg_attribute attribute
                LEFT JOIN pg_type domain ON domain.oid = attribute.atttypid AND domain.typtype = 'd'
                WHERE attribute.attrelid = \(table)::regclass AND attribute.attname = \(column)
                """
            )
            #expect(try rows.first?.decode("type", as: String.self) == type, "\(table).\(column)")
        }
    }

    @Test("The four named indexes are there", .database)
    func indexes() async throws {
        let pool = try PostgresPool.ofTest()
        for (name, table, columns) in [
            ("idx_users_email", "users", "email"), ("idx_signals_status_created", "signals", "status, created_at"),
            ("idx_audit_user_created", "audit_logs", "user_id, created_at"),
            ("idx_refresh_tokens_hash", "refresh_tokens", "token_hash"),
        ] {
            let rows = try await pool.query(
                "SELECT indexdef FROM pg_indexes WHERE indexname = \(name) AND tablename = \(table)"
            )
            let definition = try #require(try rows.first?.decode("indexdef", as: String.self))
            #expect(definition.hasSuffix("USING btree (\(columns))"))
        }
    }

    /// Everything the catalogue says about our tables.
    private func fingerprint(of pool: PostgresPool) async throws -> [String] {
        try await pool.query(
            """
            SELECT table_name || '.' || column_name || ' ' || data_type || coalesce(column_default, '') AS line
            FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
            UNION ALL SELECT number || checksum || applied_at FROM schema_migrations
            ORDER BY 1
            """
        ).map { try $0.decode("line") }
    }
}
