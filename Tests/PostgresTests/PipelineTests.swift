import Postgres
import TestKit
import Testing

@Suite("Pipelining", .timeLimit(.minutes(2)))
struct PipelineTests {
    @Test("Statements sent together are answered in order, and each with its own rows")
    func order() async throws {
        try await ThrowawayDatabase.run { pool in
            let answers = try await pool.pipeline(
                (0..<300).map { "SELECT \($0)::int8 AS n, repeat('x', \($0 * 10)) AS filler" }
            )
            #expect(try answers.map { try $0[0].decode("n", as: Int.self) } == Array(0..<300))
            #expect(try await pool.pipeline([]).isEmpty)
        }
    }

    @Test("Statements sent together stand or fall together")
    func atomic() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.execute("CREATE TABLE t (n int8 CHECK (n < 10))")
            let error = await #expect(throws: PostgresError.self) {
                try await pool.pipeline(["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (11)", "SELECT 1"])
            }
            #expect(error?.sqlState == .checkViolation)
            #expect(try await pool.query("SELECT n FROM t").isEmpty)
        }
    }

    @Test("500 concurrent statements over 4 connections each get their own answer, failures included")
    func concurrency() async throws {
        try await ThrowawayDatabase.run {
            $0.maximumConnections = 4
            $0.maximumWaiters = 500
        } _: { pool in
            let answers = try await withThrowingTaskGroup(of: (Int, Int?).self) { group in
                for n in 0..<500 {
                    group.addTask {
                        let query: PostgresQuery =
                            n % 50 == 49 ? "SELECT 1 / (\(n)::int8 - \(n)::int8) AS n" : "SELECT \(n)::int8 * 2 AS n"
                        do { return (n, try await pool.query(query)[0].decode("n", as: Int.self)) } catch let error
                            as PostgresError where error.sqlState == .divisionByZero
                        { return (n, nil) }
                    }
                }
                return try await group.reduce(into: [Int: Int?]()) { $0[$1.0] = $1.1 }
            }
            #expect(answers.count == 500)
            for (n, answer) in answers { #expect(answer == (n % 50 == 49 ? nil : n * 2)) }
            let sessions = try await pool.query(
                "SELECT count(*)::int8 AS n FROM pg_stat_activity WHERE datname = current_database()"
            )
            #expect(try sessions[0].decode("n", as: Int.self) <= 4)
        }
    }

    @Test("Concurrent callers on one connection are pipelined: none waits for the answer of the one before it")
    func overlap() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.withConnection { connection in
                async let slow = connection.query("SELECT pg_sleep(0.2)")
                async let quick = connection.query("SELECT 1")
                try await eventually("both are sent before either is answered") {
                    await connection.statementsUnderWay == 2
                }
                _ = try await (slow, quick)
            }
        }
    }

    @Test("An answer of many megabytes comes whole")
    func large() async throws {
        try await ThrowawayDatabase.run { pool in
            let rows = try await pool.query(
                "SELECT n, repeat(md5(n::text), 8) AS text FROM generate_series(1, 60000) n"
            )
            #expect(rows.count == 60_000)
            #expect(try rows[59_999].decode("n", as: Int.self) == 60_000)
            #expect(try rows[12_345].decode("text", as: String.self).utf8.count == 256)
        }
    }

    @Test("Large values in both directions at once do not lock up the connection")
    func bothDirections() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.withConnection { connection in
                let text = String(repeating: "0123456789abcdef", count: 100_000)
                let answers = try await connection.pipeline((0..<10).map { _ in "SELECT \(text) AS text" })
                for rows in answers { #expect(try rows[0].decode("text", as: String.self) == text) }
            }
        }
    }
}
