import Foundation
import Glibc
import Postgres
import Synchronization
import TestKit
import Testing

@Suite("Faults of the server", .serialized, .timeLimit(.minutes(4)))
struct FaultTests {
    /// Keeps writing numbers, each by a statement of its own, and remembers which were acknowledged and which refused.
    private final class Writer: Sendable {
        let acknowledged = Mutex(Set<Int>())
        let failures = Mutex([PostgresError]())
        private let next = Atomic(0)

        func write(_ pool: PostgresPool) async throws {
            while !Task.isCancelled {
                let n = next.add(1, ordering: .relaxed).newValue
                do {
                    try await pool.execute("INSERT INTO ledger VALUES (\(n))")
                    acknowledged.withLock { _ = $0.insert(n) }
                } catch let error as PostgresError where error == .cancelled {
                    return
                } catch let error as PostgresError {
                    failures.withLock { $0.append(error) }
                }
            }
        }

        var count: Int { acknowledged.withLock { $0.count } }

        /// Every acknowledged number is there, and none twice.
        func check(_ pool: PostgresPool) async throws {
            let rows = try await pool.query("SELECT n FROM ledger")
            let found = try rows.map { try $0.decode("n", as: Int.self) }
            #expect(Set(found).count == found.count)
            #expect(acknowledged.withLock { $0 }.subtracting(found).isEmpty)
            #expect(failures.withLock { $0 }.allSatisfy { $0.isUnavailable })
        }
    }

    private static func withWriters(
        _ server: TestServer,
        _ body: @Sendable (PostgresPool, Writer) async throws -> Void
    ) async throws {
        let pool = server.pool { $0.maximumConnections = 4 }
        // Without a constraint that would hide a number written twice.
        try await pool.execute("CREATE TABLE ledger (n int8)")
        let writer = Writer()
        let writing = Task {
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 { group.addTask { try await writer.write(pool) } }
                try await group.waitForAll()
            }
        }
        try await body(pool, writer)
        writing.cancel()
        try await writing.value
        try await writer.check(pool)
        await pool.close()
    }

    private static func moreIsWritten(_ writer: Writer) async throws {
        let before = writer.count
        try await eventually("writing goes on") { writer.count > before + 20 }
    }

    /// A session of the server, which may still be recovering from the last one's death.
    private static func session(_ server: TestServer) async throws -> PostgresConnection {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try await PostgresConnection.open(server.configuration)
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    /// Ends the server's process, and waits until another one is there.
    private static func replace(_ server: TestServer, _ signal: Int32) async throws {
        let process = try await server.postmaster
        kill(process, signal)
        try await eventually("another server runs") {
            let now = await server.cluster.serverProcess
            return now != nil && now != process
        }
    }

    @Test("The server killed under writes, three times: it comes back, the pool heals, nothing acknowledged is lost")
    func serverKilled() async throws {
        try await TestServer.run { server in
            try await Self.withWriters(server) { _, writer in
                for _ in 0..<3 {
                    try await Self.moreIsWritten(writer)
                    try await Self.replace(server, SIGKILL)
                    try await Self.moreIsWritten(writer)
                }
            }
        }
    }

    @Test("A session killed under writes: the server recovers by itself, the pool heals, nothing is lost")
    func sessionKilled() async throws {
        try await TestServer.run { server in
            try await Self.withWriters(server) { _, writer in
                for _ in 0..<3 {
                    try await Self.moreIsWritten(writer)
                    let connection = try await Self.session(server)
                    kill(pid_t(await connection.processID), SIGKILL)
                    try await Self.moreIsWritten(writer)
                    await connection.close()
                }
            }
        }
    }

    @Test("Fast restarts under writes")
    func restarts() async throws {
        try await TestServer.run { server in
            try await Self.withWriters(server) { _, writer in
                for _ in 0..<4 {
                    try await Self.replace(server, SIGINT)
                    try await Self.moreIsWritten(writer)
                }
            }
        }
    }

    @Test("A server that hangs: every caller fails, none waits for ever, and is served again when it wakes")
    func hang() async throws {
        try await TestServer.run { server in
            let pool = server.pool {
                $0.maximumConnections = 4
                $0.acquireTimeout = .milliseconds(300)
                $0.queryTimeout = .milliseconds(300)
                $0.connectTimeout = .seconds(1)
                $0.cancelGrace = .milliseconds(100)
            }
            try await eventually("it serves") { (try? await pool.query("SELECT 1").count) == 1 }
            let postmaster = try await server.postmaster
            kill(postmaster, SIGSTOP)
            defer { kill(postmaster, SIGCONT) }
            try await eventually("it starts no more sessions") { processState(postmaster) == "T" }
            let frozen = server.processes
            for process in frozen { kill(process, SIGSTOP) }
            defer { for process in frozen { kill(process, SIGCONT) } }
            // Three waves: into connections that were good, into the ruins of those, and into a pool without any.
            for _ in 0..<3 {
                let failures = try await Array(0..<30).concurrently { n in
                    await #expect(throws: PostgresError.self) {
                        if n.isMultiple(of: 3) {
                            try await pool.withTransaction { try await $0.execute("SELECT 1") }
                        } else {
                            try await pool.execute("SELECT 1")
                        }
                    }
                }
                #expect(failures.allSatisfy { $0?.isUnavailable == true }, "\(failures)")
            }
            for process in frozen { kill(process, SIGCONT) }
            try await eventually("it serves again") { (try? await pool.query("SELECT 1").count) == 1 }
            await pool.close()
        }
    }

    @Test("With the settings as they are, a caller of a server that hangs hears so within 5 s")
    func patience() throws {
        let configuration = try PostgresConfiguration(url: "postgresql://app@localhost/trade")
        #expect(configuration.acquireTimeout + configuration.queryTimeout < .seconds(5))
    }

    @Test("One session that hangs is given up; the others serve on")
    func oneHangs() async throws {
        try await TestServer.run { server in
            let pool = server.pool { $0.maximumConnections = 2 }
            let stuck = try await pool.withConnection { connection in
                let process = pid_t(await connection.processID)
                kill(process, SIGSTOP)
                await #expect(throws: PostgresError.timedOut(after: .milliseconds(500))) {
                    try await connection.query("SELECT 1", timeout: .milliseconds(500))
                }
                #expect(try await pool.query("SELECT 2").count == 1)
                try await eventually("it is given up") { await connection.isClosed }
                return process
            }
            #expect(try await Array(0..<20).concurrently { _ in try await pool.query("SELECT 3").count }.count == 20)
            kill(stuck, SIGCONT)
            await pool.close()
        }
    }
}
