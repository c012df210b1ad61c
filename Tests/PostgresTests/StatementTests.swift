import Postgres
import TestKit
import Testing

@Suite("Statements", .serialized, .timeLimit(.minutes(2)))
struct StatementTests {
    static let hostile = [
        "'; DROP TABLE users; --", "' OR '1'='1", "\\'; SELECT pg_sleep(10); --", "$1", "$$; DROP TABLE users; $$",
        "1); DELETE FROM users; --", "admin'/*", "\u{2019} OR 1=1 --", "%27%20OR%201=1",
        "Robert'); DROP TABLE users;--",
    ]

    @Test("A hostile string is a string like any other, wherever it is bound")
    func injection() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.execute("CREATE TABLE users (id int8 GENERATED ALWAYS AS IDENTITY, name text)")
            for name in Self.hostile {
                try await pool.execute("INSERT INTO users (name) VALUES (\(name))")
                let rows = try await pool.query("SELECT name FROM users WHERE name = \(name)")
                #expect(try rows.map { try $0.decode("name", as: String.self) } == [name])
            }
            let all = try await pool.query("SELECT name FROM users WHERE name = ANY(\(Self.hostile)) ORDER BY id")
            #expect(all.count == Self.hostile.count)
        }
    }

    @Test("A name is quoted as the server quotes it")
    func identifiers() async throws {
        try await ThrowawayDatabase.run { pool in
            for name in Self.hostile + ["a\"b", "", "UPPER"] {
                let row = try await pool.query("SELECT quote_ident(\(name)) AS quoted")[0]
                #expect(try row.decode("quoted") == PostgresIdentifier.quoted(name))
            }
        }
    }

    @Test("U+0000 is refused before anything is sent, in a value, an array, a statement, a script and a row")
    func nul() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.execute("CREATE TABLE t (a text)")
            await #expect(throws: PostgresError.encoding(parameter: 2, reason: "it contains the character U+0000")) {
                try await pool.query("SELECT \("fine"), \("a\0b")")
            }
            await #expect(throws: PostgresError.encoding(parameter: 1, reason: "it contains the character U+0000")) {
                try await pool.query("SELECT \(["a", "\0"])::text[]")
            }
            await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1\0") }
            await #expect(throws: PostgresError.self) {
                try await pool.withConnection { try await $0.executeScript("SELECT 1;\0") }
            }
            await #expect(
                throws: PostgresError.encoding(parameter: 1, reason: "row 2: it contains the character U+0000")
            ) {
                try await pool.withConnection {
                    try await $0.copy(into: "t", columns: ["a"], rows: [["a"], ["b\0"]])
                }
            }
            #expect(try await pool.query("SELECT a FROM t").isEmpty)
        }
    }

    @Test(
        "A failure keeps the SQLSTATE, the constraint and where it happened, and its description keeps the values out"
    )
    func failures() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.execute("CREATE TABLE users (email text CONSTRAINT users_email_key UNIQUE NOT NULL)")
            try await pool.execute("INSERT INTO users VALUES (\("secret@example.com"))")
            let error = await #expect(throws: PostgresError.self) {
                try await pool.execute("INSERT INTO users VALUES (\("secret@example.com"))")
            }
            let failure = try #require(error?.serverFailure)
            #expect(failure.sqlState == .uniqueViolation)
            #expect(error?.constraint == "users_email_key")
            #expect(failure.table == "users")
            #expect(failure.detail?.contains("secret@example.com") == true)
            for text in ["\(failure)", String(reflecting: failure), error.map { "\($0)" } ?? ""] {
                #expect(text.contains("23505") && !text.contains("secret"))
            }
            let missing = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1 FROM nowhere") }
            #expect(missing?.sqlState == .undefinedTable)
            #expect(missing?.serverFailure?.position == 15)
            let null = await #expect(throws: PostgresError.self) {
                try await pool.execute("INSERT INTO users VALUES (\(nil as String?))")
            }
            #expect(null?.sqlState == .notNullViolation)
            #expect(null?.serverFailure?.column == "email")
        }
    }

    @Test("Rows affected are counted; statements without rows have none")
    func counts() async throws {
        try await ThrowawayDatabase.run { pool async throws -> Void in
            #expect(try await pool.execute("CREATE TABLE t (n int8)") == 0)
            #expect(try await pool.execute("INSERT INTO t SELECT generate_series(1, 10)") == 10)
            #expect(try await pool.execute("UPDATE t SET n = n + 1 WHERE n > 7") == 3)
            #expect(try await pool.execute("DELETE FROM t") == 10)
            #expect(try await pool.query("SELECT n FROM t").isEmpty)
            #expect(try await pool.query("").isEmpty)
        }
    }

    @Test("A COPY or several statements at once are refused where one statement belongs, and the pool goes on")
    func misuse() async throws {
        try await ThrowawayDatabase.run { pool async throws -> Void in
            await #expect(throws: PostgresError.self) { try await pool.query("COPY (SELECT 1) TO STDOUT") }
            await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1; SELECT 2") }
            #expect(try await pool.query("SELECT 1").count == 1)
        }
    }

    @Test("More values than the protocol can count are refused")
    func tooManyValues() async throws {
        let query = PostgresQuery(unescaped: "SELECT 1", Array(repeating: 1, count: 65_536))
        try await ThrowawayDatabase.run { pool async throws -> Void in
            await #expect(throws: PostgresError.self) { try await pool.query(query) }
            #expect(try await pool.query("SELECT 1").count == 1)
        }
    }
}
