import Logging
import Postgres
import TestKit
import Testing

@Suite("The pool", .timeLimit(.minutes(2)))
struct PoolTests {
    @Test("When every connection is taken, callers wait, the list has a bound, and the wait has an end")
    func exhaustion() async throws {
        try await ThrowawayDatabase.run {
            $0.maximumConnections = 1
            $0.maximumWaiters = 1
            $0.acquireTimeout = .milliseconds(200)
        } _: { pool in
            try await pool.withConnection { _ in
                let waiter = Task { try await pool.query("SELECT 1") }
                try await eventually("one is turned away") {
                    do {
                        // Until the task above waits, this one does; then there is no room.
                        _ = try await pool.query("SELECT 2")
                        return false
                    } catch PostgresError.poolExhausted(waiting: 1) { return true } catch { return false }
                }
                await #expect(throws: PostgresError.poolTimedOut(after: .milliseconds(200))) { try await waiter.value }
            }
            #expect(try await pool.query("SELECT 1").count == 1)
        }
    }

    @Test("A caller who gives up waiting leaves the list")
    func impatience() async throws {
        try await ThrowawayDatabase.run {
            $0.maximumConnections = 1
            $0.maximumWaiters = 1
        } _: { pool in
            try await pool.withConnection { _ in
                let waiter = Task { try await pool.withConnection { _ in } }
                waiter.cancel()
                await #expect(throws: PostgresError.cancelled) { try await waiter.value }
                let next = Task { try await pool.withConnection { _ in } }
                next.cancel()
                await #expect(throws: PostgresError.cancelled) { try await next.value }
            }
        }
    }

    @Test("A session the server ends is replaced, idle or in use")
    func replacement() async throws {
        try await ThrowawayDatabase.run {
            $0.maximumConnections = 2
        } _: { pool in
            let administrator = try await ThrowawayCluster.shared.administrator()
            for _ in 0..<5 {
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.withConnection { connection in
                        let process = await connection.processID
                        async let sleeping = connection.query("SELECT pg_sleep(60)")
                        try await eventually("it sleeps") {
                            let rows = try await administrator.query(
                                "SELECT FROM pg_stat_activity WHERE pid = \(process) AND state = 'active'"
                            )
                            return rows.count == 1
                        }
                        try await administrator.execute("SELECT pg_terminate_backend(\(process))")
                        _ = try await sleeping
                    }
                }
                guard case .connectionLost(_, statementSent: true) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(try await pool.query("SELECT 1").count == 1)
            }
        }
    }

    @Test("What a caller leaves inside a transaction is not passed on to the next")
    func leftovers() async throws {
        try await ThrowawayDatabase.run {
            $0.maximumConnections = 1
        } _: { pool in
            try await pool.execute("CREATE TABLE t (n int8)")
            try await pool.withConnection { connection in
                try await connection.execute("BEGIN")
                try await connection.execute("INSERT INTO t VALUES (1)")
            }
            #expect(try await pool.query("SELECT n FROM t").isEmpty)
        }
    }

    @Test("A closed pool finishes what is under way and takes nothing new")
    func closing() async throws {
        try await ThrowawayDatabase.run { pool in
            let closing = try await pool.withConnection { connection in
                let closing = Task { await pool.close() }
                try await eventually("it is closing") {
                    do { return try await pool.query("SELECT 1").isEmpty } catch PostgresError.closed { return true }
                }
                #expect(try await connection.query("SELECT 1").count == 1)
                return closing
            }
            await closing.value
        }
    }

    @Test("The pool of a service group serves until it is told to stop")
    func service() async throws {
        try await ThrowawayDatabase.run {
            $0.minimumConnections = 3
        } _: { pool in
            let running = Task { try await pool.run() }
            try await eventually("the minimum is open") {
                let rows = try await pool.query(
                    "SELECT count(*)::int8 AS n FROM pg_stat_activity WHERE datname = current_database()"
                )
                return try rows[0].decode("n", as: Int.self) == 3
            }
            running.cancel()
            try await running.value
            await #expect(throws: PostgresError.closed) { try await pool.query("SELECT 1") }
        }
    }

    @Test("A database that does not exist fails at once, not when patience ends")
    func hopeless() async throws {
        var configuration = try await ThrowawayCluster.shared.configuration(database: "nowhere")
        configuration.acquireTimeout = .seconds(60)
        let pool = PostgresPool(configuration: configuration, logger: ThrowawayCluster.logger)
        let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
        #expect(error?.sqlState == .unknownDatabase)
        await pool.close()
    }

    @Test("Too many sessions for the server: callers share those there are")
    func serverIsFull() async throws {
        try await ThrowawayDatabase.run { pool in
            let administrator = try await ThrowawayCluster.shared.administrator()
            let database = try await pool.query("SELECT current_database() AS name")[0].decode("name", as: String.self)
            try await administrator.execute("CREATE ROLE \(unescaped: database) LOGIN CONNECTION LIMIT 2 SUPERUSER")
            try await administrator.execute("ALTER ROLE \(unescaped: database) NOSUPERUSER")
            var configuration = pool.configuration
            configuration.maximumConnections = 6
            configuration.target["options"] = "-c role=\(database)"
            let crowd = PostgresPool(configuration: configuration, logger: ThrowawayCluster.logger)
            let answers = try await Array(0..<60).concurrently { n in
                try await crowd.query("SELECT \(n)::int8 AS n")[0].decode("n", as: Int.self)
            }
            #expect(answers.sorted() == Array(0..<60))
            await crowd.close()
            try await administrator.execute("DROP ROLE \(unescaped: database)")
        }
    }
}
