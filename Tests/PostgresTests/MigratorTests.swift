import Postgres
import TestKit
import Testing

@Suite("Migrations", .timeLimit(.minutes(2)))
struct MigratorTests {
    static let users = Migration(
        number: 1,
        name: "users",
        sql: "CREATE TABLE users (id int8); CREATE INDEX users_id ON users (id); -- ';'"
    )
    static let signals = Migration(number: 2, name: "signals", sql: "CREATE TABLE signals (id int8)")

    private static func migrator(_ migrations: [Migration]) -> Migrator {
        Migrator(migrations: migrations, logger: ThrowawayCluster.logger)
    }

    @Test("What is missing is applied once, in order, and the check is content only then")
    func apply() async throws {
        try await ThrowawayDatabase.run { pool in
            let both = Self.migrator([Self.signals, Self.users])
            await #expect(throws: MigrationError.behind(missing: [1, 2])) { try await both.check(on: pool) }
            #expect(try await Self.migrator([Self.users]).apply(on: pool) == [1])
            await #expect(throws: MigrationError.behind(missing: [2])) { try await both.check(on: pool) }
            #expect(try await both.apply(on: pool) == [2])
            #expect(try await both.apply(on: pool) == [])
            try await both.check(on: pool)
            let row = try await pool.query("SELECT * FROM schema_migrations ORDER BY number")[0]
            #expect(row.columns == ["number", "name", "checksum", "applied_at"])
            #expect(try row.decode("checksum", as: String.self) == Self.users.checksum)
        }
    }

    @Test("A changed, renamed, unknown or misnumbered migration is refused before anything is done")
    func refused() async throws {
        try await ThrowawayDatabase.run(migrations: [Self.users, Self.signals]) { pool async throws -> Void in
            let changed = Migration(number: 1, name: "users", sql: Self.users.sql + " ")
            let renamed = Migration(number: 2, name: "renamed", sql: Self.signals.sql)
            let third = Migration(number: 3, name: "third", sql: "CREATE TABLE third (id int8)")
            let cases: [([Migration], MigrationError)] = [
                ([changed, Self.signals, third], .changed([1])), ([Self.users, renamed, third], .changed([2])),
                ([Self.users], .unknown([2])), ([Self.users, third], .misnumbered([1, 3])),
            ]
            for (migrations, expected) in cases {
                await #expect(throws: expected) { try await Self.migrator(migrations).apply(on: pool) }
                await #expect(throws: expected) { try await Self.migrator(migrations).check(on: pool) }
            }
            #expect(
                try await pool.query("SELECT to_regclass('third')::text AS t")[0].decode("t", as: String?.self) == nil
            )
        }
    }

    @Test("A migration that fails leaves nothing behind, and those before it in place")
    func failure() async throws {
        try await ThrowawayDatabase.run { pool in
            let broken = Migration(number: 2, name: "broken", sql: "CREATE TABLE half (id int8); SELECT 1/0;")
            let error = await #expect(throws: MigrationError.self) {
                try await Self.migrator([Self.users, broken]).apply(on: pool)
            }
            guard case .failed(number: 2, let cause) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(cause.sqlState == .divisionByZero)
            let half = try await pool.query("SELECT to_regclass('half')::text AS t")[0]
            #expect(try half.decode("t", as: String?.self) == nil)
            #expect(try await Self.migrator([Self.users, Self.signals]).apply(on: pool) == [2])
        }
    }

    @Test("Several processes that start at once apply each migration once")
    func concurrent() async throws {
        try await ThrowawayDatabase.run { pool in
            let migrations = (1...20).map {
                Migration(number: $0, name: "m\($0)", sql: "CREATE TABLE t\($0) (id int8)")
            }
            let applied = try await Array(0..<4).concurrently { _ in
                try await Self.migrator(migrations).apply(on: pool)
            }
            #expect(applied.flatMap { $0 }.sorted() == Array(1...20))
        }
    }

    @Test(
        "A file's name gives number and name",
        arguments: [("0001_users.sql", 1, "users"), ("0042_a_b2.sql", 42, "a_b2")]
    )
    func fileNames(file: String, number: Int, name: String) {
        #expect(Migration(fileName: file, sql: "") == Migration(number: number, name: name, sql: ""))
    }

    @Test(
        "Other files are no migrations",
        arguments: ["1_users.sql", "0001_users.sql.bak", "0001-users.sql", "README.md"]
    )
    func otherFiles(file: String) { #expect(Migration(fileName: file, sql: "") == nil) }

    @Test("The checksum is SHA-256")
    func checksum() {
        // FIPS 180-4, "abc".
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Migration(number: 1, name: "a", sql: "abc").checksum == expected)
    }
}
