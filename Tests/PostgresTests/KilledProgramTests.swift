import Foundation
import Glibc
import Postgres
import TestKit
import Testing

/// Where a program under test keeps its cluster, when this process is one: see ``KilledProgramTests``.
private let role = ProcessInfo.processInfo.environment["TRADEPULSE_TEST_PROGRAM"]

/// The part of the program that gets killed: run by the tests below in a process of its own.
@Suite("A program with a cluster", .enabled(if: role != nil, "runs in a process that another test starts"))
struct ProgramWithCluster {
    @Test("It writes and acknowledges until it is killed")
    func write() async throws {
        let directory = try #require(role)
        let cluster = PrivateCluster(dataDirectory: directory + "/data", logger: ThrowawayCluster.logger)
        var configuration = try await cluster.start()
        configuration.acquireTimeout = .seconds(60)
        configuration.connectTimeout = .seconds(60)
        configuration.queryTimeout = .seconds(60)
        let pool = PostgresPool(configuration: configuration, logger: ThrowawayCluster.logger)
        try await pool.execute("CREATE TABLE IF NOT EXISTS ledger (n int8)")
        let last = try await pool.query("SELECT coalesce(max(n), 0) AS n FROM ledger")[0].decode("n", as: Int.self)
        let rounds = ProcessInfo.processInfo.environment["TRADEPULSE_TEST_ROUNDS"].flatMap { Int($0) } ?? .max
        let ledger = try #require(FileHandle(forWritingAtPath: directory + "/acknowledged"))
        try ledger.seekToEnd()
        for n in (last + 1)...(last.addingReportingOverflow(rounds).overflow ? .max : last + rounds) {
            // Bulk and single writes in turn: both are acknowledged only when they are safe.
            if n.isMultiple(of: 2) {
                try await pool.withConnection {
                    try await $0.copy(into: "ledger", columns: ["n"], rows: [[n]])
                }
            } else {
                try await pool.execute("INSERT INTO ledger VALUES (\(n))")
            }
            try ledger.write(contentsOf: Data("\(n)\n".utf8))
        }
        await pool.close()
        await cluster.stop()
    }
}

@Suite("A program that is killed", .serialized, .timeLimit(.minutes(5)))
struct KilledProgramTests {
    private static func acknowledged(_ directory: String) -> [Int] {
        let text = (try? String(contentsOfFile: directory + "/acknowledged", encoding: .utf8)) ?? ""
        // The last line may be half a line.
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { Int($0) }
    }

    private static func start(_ directory: String, rounds: Int? = nil, as user: String? = nil) throws -> Child {
        var environment = ["TRADEPULSE_TEST_PROGRAM": directory]
        environment["TRADEPULSE_TEST_ROUNDS"] = rounds.map { "\($0)" }
        return try Child.program(
            suite: "ProgramWithCluster",
            as: user,
            environment: environment,
            log: directory + "/program.log"
        )
    }

    /// Starts the program and waits until it has written more than there was.
    private static func startWriting(_ directory: String) async throws -> Child {
        let before = acknowledged(directory).count
        let program = try start(directory)
        try await eventually("it writes") {
            try #require(program.isAlive, "\(program.lastWords)")
            return acknowledged(directory).count > before + 20
        }
        return program
    }

    private static func servers(_ directory: String) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let data = directory + "/data/postgres/data"
        return names.compactMap { pid_t($0) }.filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/cwd")) == data
        }
    }

    @Test("kill -9 under writes, four times: each start recovers by itself; nothing acknowledged is lost or doubled")
    func killed() async throws {
        try await withTemporaryDirectory { directory in
            #expect(FileManager.default.createFile(atPath: directory + "/acknowledged", contents: nil))
            for _ in 0..<4 {
                let program = try await Self.startWriting(directory)
                program.kill()
            }
            // Without the program the server goes by itself: the kernel tells it.
            try await eventually("the server is gone") { Self.servers(directory).isEmpty }
            let cluster = PrivateCluster(dataDirectory: directory + "/data", logger: ThrowawayCluster.logger)
            let pool = PostgresPool(configuration: try await cluster.start(), logger: ThrowawayCluster.logger)
            let rows = try await pool.query("SELECT n FROM ledger ORDER BY n")
            let found = try rows.map { try $0.decode("n", as: Int.self) }
            let acknowledged = Self.acknowledged(directory)
            #expect(acknowledged.count > 80)
            #expect(Set(found).count == found.count)
            #expect(Set(acknowledged).subtracting(found).isEmpty)
            await pool.close()
            await cluster.stop()
        }
    }

    @Test("The program and its server killed together: the next start recovers")
    func bothKilled() async throws {
        try await withTemporaryDirectory { directory in
            #expect(FileManager.default.createFile(atPath: directory + "/acknowledged", contents: nil))
            for _ in 0..<3 {
                let program = try await Self.startWriting(directory)
                for process in Self.servers(directory) { kill(process, SIGKILL) }
                program.kill()
            }
            let last = try Self.start(directory, rounds: 5)
            #expect(await last.wait() == 0, "\(last.lastWords)")
            #expect(Set(Self.acknowledged(directory)).count == Self.acknowledged(directory).count)
        }
    }

    @Test("A server left behind by a killed program is stopped by the next start, which then serves")
    func leftBehind() async throws {
        try await TestServer.run { server in
            // What is left where no death signal is passed on: a server without its program.
            let pool = server.pool()
            try await pool.execute("CREATE TABLE kept (n int8)")
            await pool.close()
            await server.cluster.stop()
            let owner = try #require(
                try FileManager.default.attributesOfItem(atPath: server.data)[.ownerAccountName] as? String
            )
            let binaries = try ServerBinaries.installed()[0]
            let socketDirectory = try #require(server.configuration.target["host"])
            let orphan = try Child.start(
                [
                    binaries.directory + "/postgres", "-D", server.data, "-c", "listen_addresses=",
                    "-c", "unix_socket_directories=\(socketDirectory)",
                ],
                as: owner
            )
            try await eventually("the orphan serves") {
                (try? String(contentsOfFile: server.data + "/postmaster.pid", encoding: .utf8))?
                    .contains("ready") == true
            }
            let next = PrivateCluster(dataDirectory: server.directory, logger: ThrowawayCluster.logger)
            let configuration = try await next.start()
            #expect(await orphan.wait() == 0)
            let again = PostgresPool(configuration: configuration, logger: ThrowawayCluster.logger)
            #expect(try await again.query("SELECT n FROM kept").isEmpty)
            await again.close()
            await next.stop()
        }
    }

    @Test("An ordinary user's program runs its cluster as that user", .enabled(if: geteuid() == 0))
    func ordinaryUser() async throws {
        try await withTemporaryDirectory { directory in
            #expect(FileManager.default.createFile(atPath: directory + "/acknowledged", contents: nil))
            #expect(chmod(directory + "/acknowledged", 0o666) == 0)
            #expect(mkdir(directory + "/data", 0o700) == 0)
            let user = try #require(getpwnam("nobody")).pointee
            #expect(chown(directory + "/data", user.pw_uid, user.pw_gid) == 0)
            let program = try Self.start(directory, rounds: 10, as: "nobody")
            #expect(await program.wait() == 0, "\(program.lastWords)")
            #expect(Self.acknowledged(directory) == Array(1...10))
            var status = stat()
            #expect(stat(directory + "/data/postgres/data", &status) == 0)
            #expect(status.st_uid == user.pw_uid)
            #expect(Self.servers(directory).isEmpty)
        }
    }
}
