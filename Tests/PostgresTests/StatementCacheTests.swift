import Postgres
import TestKit
import Testing

@Suite("Prepared statements", .serialized, .timeLimit(.minutes(2)))
struct StatementCacheTests {
    @Test("The statement unused for longest makes room; one that is being prepared never does")
    func eviction() {
        var cache = StatementCache(capacity: 2)
        #expect(cache.plan(for: "a") == .prepare(name: "s1"))
        #expect(cache.plan(for: "a") == .unnamed)
        cache.ready("a")
        #expect(cache.plan(for: "a") == .execute(name: "s1"))
        #expect(cache.plan(for: "b") == .prepare(name: "s2"))
        cache.ready("b")
        #expect(cache.plan(for: "a") == .execute(name: "s1"))
        #expect(cache.plan(for: "c") == .prepare(name: "s3"))
        #expect(cache.takeDiscarded() == ["s2"])
        #expect(cache.plan(for: "d") == .prepare(name: "s4"))
        #expect(cache.takeDiscarded() == ["s1"])
        #expect(cache.plan(for: "e") == .unnamed)
        cache.forget("d")
        #expect(cache.plan(for: "e") == .prepare(name: "s5"))
        #expect(cache.takeDiscarded().isEmpty)
        cache.ready("e")
        _ = cache.plan(for: "f")
        cache.ready("f")
        _ = cache.plan(for: "g")
        #expect(cache.takeDiscarded(except: ["s5"]) == ["s6"])
        #expect(cache.takeDiscarded() == ["s5"])
        #expect(cache.count == 2)
    }

    @Test("Without room nothing is prepared")
    func none() {
        var cache = StatementCache(capacity: 0)
        #expect(cache.plan(for: "a") == .unnamed)
    }

    private static func prepared(_ connection: PostgresConnection) async throws -> Set<String> {
        let rows = try await connection.query("SELECT statement FROM pg_prepared_statements")
        return Set(try rows.map { try $0.decode("statement") })
    }

    @Test("A statement is prepared once, whatever its values, and the server holds no more than the bound")
    func bounded() async throws {
        try await ThrowawayDatabase.run {
            $0.statementCacheSize = 5
        } _: { pool in
            try await pool.withConnection { connection in
                for n in 0..<50 { _ = try await connection.query("SELECT \(n)::int8 AS n") }
                #expect(try await Self.prepared(connection).contains("SELECT $1::int8 AS n"))
                for n in 0..<50 { _ = try await connection.query("SELECT \(unescaped: "\(n)") AS n") }
                #expect(try await Self.prepared(connection).count <= 5)
            }
        }
    }

    @Test("A statement that stands alone, as CREATE DATABASE does, may follow one that is let go of for it")
    func standsAlone() async throws {
        try await ThrowawayDatabase.run {
            $0.maximumConnections = 1
            $0.statementCacheSize = 1
        } _: { pool in
            for n in 1...3 { #expect(try await pool.query("SELECT \(unescaped: "\(n)")").count == 1) }
            let name = "alone_\(UInt64.random(in: 0 ... .max))"
            try await pool.execute("CREATE DATABASE \(unescaped: name)")
            try await pool.execute("DROP DATABASE \(unescaped: name)")
            let prepared = try await pool.withConnection { try await Self.prepared($0) }
            #expect(prepared.count == 1)
        }
    }

    @Test("A statement whose columns changed since it was prepared is prepared again")
    func stale() async throws {
        try await ThrowawayDatabase.run {
            $0.maximumConnections = 1
        } _: { pool in
            try await pool.execute("CREATE TABLE t (a int8)")
            try await pool.execute("INSERT INTO t VALUES (1)")
            #expect(try await pool.query("SELECT * FROM t")[0].columns == ["a"])
            try await pool.execute("ALTER TABLE t ADD COLUMN b text")
            #expect(try await pool.query("SELECT * FROM t")[0].columns == ["a", "b"])
        }
    }

    @Test(
        "Statements that the server was made to forget are prepared again, inside a transaction too",
        arguments: ["DEALLOCATE ALL", "DISCARD ALL"]
    )
    func forgotten(command: String) async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.withConnection { connection in
                for _ in 0..<2 { _ = try await connection.query("SELECT 1 AS one") }
                try await connection.execute("\(unescaped: command)")
                try await connection.execute("BEGIN")
                #expect(try await connection.query("SELECT 1 AS one").count == 1)
                try await connection.execute("COMMIT")
                #expect(try await Self.prepared(connection).contains("SELECT 1 AS one"))
            }
        }
    }

    @Test("Statements that were made to be forgotten without a word to us are prepared again")
    func forgottenSilently() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.withConnection { connection in
                for n in ["one", "two"] { _ = try await connection.query("SELECT 1 AS \(unescaped: n)") }
                try await connection.execute("DO $$BEGIN EXECUTE 'DEALLOCATE ALL'; END$$")
                for n in ["one", "two"] {
                    #expect(try await connection.query("SELECT 1 AS \(unescaped: n)").count == 1)
                }
                #expect(try await Self.prepared(connection).contains("SELECT 1 AS two"))
            }
        }
    }

    @Test("A statement that cannot be prepared fails each time, and does not stay in the cache")
    func broken() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.withConnection { connection async throws -> Void in
                for _ in 0..<3 {
                    let error = await #expect(throws: PostgresError.self) { try await connection.query("SELEC 1") }
                    #expect(error?.sqlState == .syntaxError)
                }
                #expect(try await connection.query("SELECT 1").count == 1)
            }
        }
    }
}
