import Postgres
import TestKit
import Testing

@Suite("Cancellation and deadlines", .serialized, .timeLimit(.minutes(2)))
struct StoppingTests {
    /// Statements of a database that the server is at work on, but for the one that asks.
    private static func running(_ pool: PostgresPool) async throws -> Int {
        try await pool.query(
            """
            SELECT count(*)::int8 AS n FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
            """
        )[0].decode("n")
    }

    @Test("Cancelling the task stops the statement on the server, and the connection serves on")
    func cancellation() async throws {
        try await ThrowawayDatabase.run { pool in
            let process = try await pool.withConnection { connection in
                let sleeper = Task { try await connection.query("SELECT pg_sleep(60)") }
                try await eventually("the server sleeps") { try await Self.running(pool) == 1 }
                sleeper.cancel()
                await #expect(throws: PostgresError.cancelled) { try await sleeper.value }
                try await eventually("the server was woken") { try await Self.running(pool) == 0 }
                #expect(try await connection.query("SELECT 1").count == 1)
                return await connection.processID
            }
            let sessions = try await pool.query("SELECT FROM pg_stat_activity WHERE pid = \(process)")
            #expect(sessions.count == 1)
        }
    }

    @Test("A statement that runs out of time fails in time, is stopped on the server, and spares its neighbours")
    func deadline() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.withConnection { connection in
                let slow = Task { try await connection.query("SELECT pg_sleep(60)", timeout: .seconds(3)) }
                try await eventually("it is sent") { await connection.statementsUnderWay == 1 }
                // Sent behind the slow one: answered after it was stopped, even if the request to stop hits it instead.
                async let neighbours = [1, 2, 3].concurrently { n in
                    try await connection.query("SELECT \(n)::int8 AS n")[0].decode("n", as: Int.self)
                }
                await #expect(throws: PostgresError.timedOut(after: .seconds(3))) { try await slow.value }
                let answers = try await neighbours
                #expect(answers.sorted() == [1, 2, 3])
                #expect(try await Self.running(pool) == 0)
            }
        }
    }

    @Test("Many statements given up at once leave the connection in order")
    func manyAtOnce() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.withConnection { connection async throws -> Void in
                let tasks = (0..<20).map { _ in Task { try await connection.query("SELECT pg_sleep(0.05)") } }
                for (index, task) in tasks.enumerated() where index.isMultiple(of: 2) { task.cancel() }
                for (index, task) in tasks.enumerated() {
                    if index.isMultiple(of: 2) {
                        await #expect(throws: PostgresError.cancelled) { try await task.value }
                    } else {
                        #expect(try await task.value.count == 1)
                    }
                }
                #expect(try await connection.query("SELECT 1").count == 1)
            }
        }
    }

    @Test("A task that is cancelled already sends nothing")
    func cancelledBefore() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.execute("CREATE TABLE t (n int8)")
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await pool.execute("INSERT INTO t VALUES (1)")
            }
            await #expect(throws: PostgresError.cancelled) { try await task.value }
            #expect(try await pool.query("SELECT n FROM t").isEmpty)
        }
    }

    @Test("The server's own limit for a statement is set, and its report kept")
    func statementTimeout() async throws {
        try await ThrowawayDatabase.run {
            $0.statementTimeout = .milliseconds(100)
        } _: { pool in
            let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT pg_sleep(30)") }
            #expect(error?.sqlState == .queryCancelled)
            #expect(error?.isUnavailable == true)
        }
    }

    @Test("A script and a COPY that run out of time are stopped, and the connection serves on")
    func longWork() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.execute("CREATE TABLE t (n int8)")
            try await pool.withConnection { connection in
                await #expect(throws: PostgresError.timedOut(after: .milliseconds(150))) {
                    try await connection.executeScript(
                        "INSERT INTO t VALUES (1); SELECT pg_sleep(60)",
                        timeout: .milliseconds(150)
                    )
                }
                let copy = Task {
                    try await connection.copy(
                        into: "t",
                        columns: ["n"],
                        rows: GeneratedRows(numbers: 0..<Int.max) { [$0] }
                    )
                }
                try await eventually("the COPY is under way") { await connection.isInDirectUse }
                copy.cancel()
                await #expect(throws: PostgresError.cancelled) { try await copy.value }
                #expect(try await connection.query("SELECT n FROM t").isEmpty)
            }
        }
    }
}
