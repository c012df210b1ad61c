import Logging
import Postgres
import TestKit
import Testing

@Suite("The pool", .serialized, .timeLimit(.minutes(2)))
struct PoolTests {
    @Test("When every connection is taken, callers wait in a list with a bound; one more is turned away at once")
    func fullList() async throws {
        try await ThrowawayDatabase.run {
            $0.maximumConnections = 1
            $0.maximumWaiters = 2
        } _: { pool in
            let callers = try await pool.withConnection { _ in
                let callers = Callers(3, of: pool)
                // Which of the three comes last is up to the scheduler. The others cannot be answered before it.
                #expect(await callers.firstAnswer() == .poolExhausted(waiting: 2))
                return callers
            }
            #expect(await callers.otherAnswers() == [nil, nil])
            #expect(PostgresError.poolExhausted(waiting: 2).isUnavailable)
        }
    }

    /// Callers who ask for a row at the same time, and hear that they have it or why not.
    private struct Callers: Sendable {
        private let answers: AsyncStream<PostgresError?>

        init(_ count: Int, of pool: PostgresPool) {
            answers = AsyncStream { continuation in
                Task {
                    await withTaskGroup { group in
                        for n in 0..<count {
                            group.addTask {
                                continuation.yield(await Self.failure { try await pool.query("SELECT \(n)::int8") })
                            }
                        }
                    }
                    continuation.finish()
                }
            }
        }

        private static func failure(_ call: () async throws -> [PostgresRow]) async -> PostgresError? {
            do {
                _ = try await call()
                return nil
            } catch { return error as? PostgresError ?? .unexpectedAnswer("\(error)") }
        }

        func firstAnswer() async -> PostgresError? { await answers.first { _ in true } ?? nil }

        func otherAnswers() async -> [PostgresError?] { await answers.reduce(into: []) { $0.append($1) } }
    }

    @Test("The wait for a connection has an end, and the next caller is served as ever")
    func longestWait() async throws {
        try await ThrowawayDatabase.run {
            $0.maximumConnections = 1
            $0.acquireTimeout = .milliseconds(50)
        } _: { pool in
            try await eventually("a connection is open") { (try? await pool.query("SELECT 1")) != nil }
            try await pool.withConnection { _ in
                let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
                #expect(error == .poolTimedOut(after: .milliseconds(50)))
                #expect(error?.isUnavailable == true)
            }
            #expect(try await pool.query("SELECT 1").count == 1)
        }
    }

    @Test("At the start one waits for the first connection for longer than a caller would")
    func firstConnection() async throws {
        try await ThrowawayDatabase.run {
            $0.acquireTimeout = .nanoseconds(1)
        } _: { pool in
            await #expect(throws: PostgresError.poolTimedOut(after: .nanoseconds(1))) {
                try await pool.query("SELECT 1")
            }
            try await pool.waitUntilReady(within: .seconds(60))
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

    @Test("A session that the server ends while it is in use is replaced")
    func endedInUse() async throws {
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

    @Test("A session that the server ends while it is idle is noticed before the next caller comes, and replaced")
    func endedIdle() async throws {
        try await ThrowawayDatabase.run {
            $0.maximumConnections = 1
        } _: { pool in
            let administrator = try await ThrowawayCluster.shared.administrator()
            for _ in 0..<10 {
                let idle = try await pool.withConnection { $0 }
                try await administrator.execute("SELECT pg_terminate_backend(\(await idle.processID))")
                try await eventually("its end is noticed") { await idle.isClosed }
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

    @Test("A transaction cannot begin on a connection that others share", arguments: ["BEGIN", "START TRANSACTION"])
    func sharedTransaction(statement: String) async throws {
        try await ThrowawayDatabase.run {
            $0.maximumConnections = 1
        } _: { pool in
            let error = await #expect(throws: PostgresError.self) { try await pool.execute("\(unescaped: statement)") }
            #expect(error == .unexpectedAnswer("a transaction needs a connection of its own"))
            try await eventually("no session is inside a transaction") {
                let open = try await pool.query(
                    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND state ^@ 'idle in transaction'"
                )
                return open.isEmpty
            }
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

    @Test("A server that takes no more sessions: callers share those there are, a newcomer is told so")
    func serverIsFull() async throws {
        try await ThrowawayDatabase.run { pool in
            let database = try await pool.query("SELECT current_database() AS name")[0].decode("name", as: String.self)
            // One of the three is this pool's own. A superuser would never be turned away.
            try await pool.execute("ALTER DATABASE \(unescaped: database) CONNECTION LIMIT 3")
            var configuration = pool.configuration
            configuration.target["user"] = PrivateCluster.user
            configuration.maximumConnections = 6
            let crowd = PostgresPool(configuration: configuration, logger: ThrowawayCluster.logger)
            let answers = try await Array(0..<60).concurrently { n in
                try await crowd.query("SELECT \(n)::int8 AS n")[0].decode("n", as: Int.self)
            }
            #expect(answers.sorted() == Array(0..<60))
            var held: [PostgresConnection] = []
            while let connection = try? await PostgresConnection.open(configuration) { held.append(connection) }

            configuration.acquireTimeout = .milliseconds(300)
            let newcomer = PostgresPool(configuration: configuration, logger: ThrowawayCluster.logger)
            try await eventually("it is told so before its patience ends") {
                let error = await #expect(throws: PostgresError.self) { try await newcomer.query("SELECT 1") }
                #expect(error?.isUnavailable == true)
                return error?.sqlState == .tooManyConnections
            }
            for connection in held { await connection.close() }
            await crowd.close()
            try await eventually("there is room again") { (try? await newcomer.query("SELECT 1").count) == 1 }
            await newcomer.close()
        }
    }
}
