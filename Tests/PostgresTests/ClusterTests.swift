import Foundation
import Glibc
import Logging
import Postgres
import TestKit
import Testing

@Suite("The private cluster", .serialized, .timeLimit(.minutes(4)))
struct ClusterTests {
    private static func cluster(_ directory: String) -> PrivateCluster {
        PrivateCluster(dataDirectory: directory, logger: ThrowawayCluster.logger)
    }

    private static func pool(_ configuration: PostgresConfiguration) -> PostgresPool {
        var configuration = configuration
        configuration.acquireTimeout = .seconds(60)
        return PostgresPool(configuration: configuration, logger: ThrowawayCluster.logger)
    }

    private static func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("It is made on the first start, keeps what is written, and is gone with the program's end")
    func lifecycle() async throws {
        try await withTemporaryDirectory { directory in
            let first = Self.cluster(directory)
            let configuration = try await first.start()
            let pool = Self.pool(configuration)
            try await pool.execute("CREATE TABLE kept (n int8)")
            try await pool.execute("INSERT INTO kept VALUES (7)")
            let facts = try await pool.query(
                """
                SELECT current_setting('listen_addresses') AS addresses, current_setting('fsync') AS fsync,
                    current_setting('synchronous_commit') AS commit, current_setting('data_checksums') AS checksums,
                    current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone,
                    current_setting('is_superuser') AS superuser, lower('ÄΩ') AS lower,
                    current_database() || '/' || current_user AS names
                """
            )[0]
            let expected = [
                "addresses": "", "fsync": "on", "commit": "on", "checksums": "on", "encoding": "UTF8", "zone": "UTC",
                "superuser": "off", "lower": "äω", "names": "tradepulse/tradepulse",
            ]
            for (column, value) in expected { #expect(try facts.decode(column, as: String.self) == value) }
            await pool.close()
            let process = try #require(await first.serverProcess)
            await first.stop()
            #expect(kill(process, 0) != 0)

            let second = Self.cluster(directory)
            let again = Self.pool(try await second.start())
            #expect(try await again.query("SELECT n FROM kept")[0].decode("n", as: Int.self) == 7)
            await again.close()
            await second.stop()
        }
    }

    @Test("It starts though the program has more files open than PostgreSQL may have in all")
    func manyOpenFiles() async throws {
        try await withTemporaryDirectory { directory in
            // Such as the sockets of clients, of which not every library says that a child must not have them.
            let files = (0..<1_200).map { _ in open("/dev/null", O_RDONLY) }
            defer { for file in files { close(file) } }
            try #require(!files.contains(-1))
            let cluster = Self.cluster(directory)
            let pool = Self.pool(try await cluster.start())
            let process = try #require(await cluster.serverProcess)
            #expect(try await pool.query("SELECT 1 AS one")[0].decode("one", as: Int.self) == 1)
            let inherited = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
            #expect(inherited.count < 200)
            await pool.close()
            await cluster.stop()
        }
    }

    @Test("Nobody else may read it, and secrets beside it stay private")
    func permissions() async throws {
        try await withTemporaryDirectory { parent in
            let directory = parent + "/private"
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            let secret = directory + "/jwt.key"
            #expect(
                FileManager.default.createFile(
                    atPath: secret,
                    contents: Data("x".utf8),
                    attributes: [.posixPermissions: 0o600]
                )
            )
            let cluster = Self.cluster(directory)
            let configuration = try await cluster.start()
            #expect(try Self.mode(secret) == 0o600)
            #expect(try Self.mode(directory) == (geteuid() == 0 ? 0o711 : 0o700))
            #expect(try Self.mode(directory + "/postgres/data") == 0o700)
            #expect(try Self.mode(try #require(configuration.target["host"])) == 0o700)
            #expect(try Self.mode(directory + "/postgres/server.log") == 0o600)
            await cluster.stop()
        }
    }

    @Test("Two programs do not share a directory; the second one is told who has it")
    func inUse() async throws {
        try await TestServer.run { server in
            let directory = server.directory + "/postgres"
            await #expect(throws: ClusterError.inUse(directory: directory, process: getpid())) {
                try await Self.cluster(server.directory).start()
            }
            let process = try await server.postmaster
            #expect(kill(process, 0) == 0)
        }
    }

    @Test("A cluster of another major version is explained, and left as it is")
    func otherVersion() async throws {
        try await withStoppedCluster { directory in
            let data = directory + "/postgres/data"
            try "13\n".write(toFile: data + "/PG_VERSION", atomically: false, encoding: .utf8)
            let before = try FileManager.default.subpathsOfDirectory(atPath: data).sorted()
            let error = await #expect(throws: ClusterError.self) { try await Self.cluster(directory).start() }
            guard case .otherVersion(data, "13", let installed) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try installed == ServerBinaries.installed().map(\.majorVersion))
            #expect(error?.description.contains("pg_upgrade") == true)
            #expect(try FileManager.default.subpathsOfDirectory(atPath: data).sorted() == before)
        }
    }

    @Test("A directory that holds something else is left as it is")
    func notACluster() async throws {
        try await withStoppedCluster { directory in
            let version = directory + "/postgres/data/PG_VERSION"
            try FileManager.default.removeItem(atPath: version)
            await #expect(throws: ClusterError.notACluster(directory: directory + "/postgres/data")) {
                try await Self.cluster(directory).start()
            }
            #expect(FileManager.default.fileExists(atPath: directory + "/postgres/data/base"))
        }
    }

    @Test("A lock file that names a stranger is explained, and not deleted")
    func staleLock() async throws {
        try await withStoppedCluster { directory in
            let data = directory + "/postgres/data"
            let owner = try #require(
                try FileManager.default.attributesOfItem(atPath: data)[.ownerAccountName] as? String
            )
            let stranger = try Child.start(["sleep", "600"], as: owner)
            defer { stranger.kill() }
            let file = data + "/postmaster.pid"
            try "\(stranger.process)\n\(data)\n1700000000\n5432\n\n\n  1 1\nready\n"
                .write(toFile: file, atomically: false, encoding: .utf8)
            await #expect(
                throws: ClusterError.staleLock(file: file, process: stranger.process, command: "sleep")
            ) { try await Self.cluster(directory).start() }
            #expect(FileManager.default.fileExists(atPath: file))
            #expect(stranger.isAlive)
            stranger.kill()
            // Its process gone, the lock file is an ordinary remain, which PostgreSQL replaces by itself.
            let second = Self.cluster(directory)
            _ = try await second.start()
            await second.stop()
        }
    }

    @Test("What is left of a killed server until its parent takes note of it is waited for")
    func remains() async throws {
        try await withStoppedCluster { directory in
            let data = directory + "/postgres/data"
            let owner = try #require(
                try FileManager.default.attributesOfItem(atPath: data)[.ownerAccountName] as? String
            )
            // A parent that never asks about the child it has: its end is taken note of when the parent is gone.
            let parent = try Child.start(["sh", "-c", "true & exec sleep 600"], as: owner)
            defer { parent.kill() }
            var remains: pid_t?
            try await eventually("its child has ended") {
                remains = Self.children(of: parent.process).first { processState($0) == "Z" }
                return remains != nil
            }
            try "\(try #require(remains))\n\(data)\n1700000000\n5432\n\n\n  1 1\nready\n"
                .write(toFile: data + "/postmaster.pid", atomically: false, encoding: .utf8)
            let process = parent.process
            let second = PrivateCluster(
                dataDirectory: directory,
                logger: Logger(label: "test") { _ in Listener(to: "remains of a killed") { kill(process, SIGKILL) } }
            )
            _ = try await second.start()
            #expect(!parent.isAlive)
            await second.stop()
        }
    }

    private static func children(of process: pid_t) -> [pid_t] {
        let list = try? String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
        return list?.split(separator: " ").compactMap { pid_t($0) } ?? []
    }

    @Test("A data directory too deep for a socket gets a short one elsewhere")
    func deep() async throws {
        try await withTemporaryDirectory { parent in
            let directory = parent + "/" + Array(repeating: "deep", count: 30).joined(separator: "/")
            let cluster = Self.cluster(directory)
            let configuration = try await cluster.start()
            let socket = try #require(configuration.target["host"])
            #expect(socket.utf8.count < 90)
            #expect(try Self.mode(socket) == 0o700)
            let pool = Self.pool(configuration)
            #expect(try await pool.query("SELECT 1").count == 1)
            await pool.close()
            await cluster.stop()
            try? FileManager.default.removeItem(atPath: socket)
        }
    }

    @Test("Below a directory the server's user may not pass, the obstacle is named", .enabled(if: geteuid() == 0))
    func notTraversable() async throws {
        try await withTemporaryDirectory { parent in
            let home = parent + "/home"
            try FileManager.default.createDirectory(
                atPath: home,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            await #expect(throws: ClusterError.notTraversable(directory: home, user: "postgres")) {
                try await Self.cluster(home + "/data").start()
            }
            #expect(try Self.mode(home) == 0o700)
            #expect(chmod(home, 0o711) == 0)
            let cluster = Self.cluster(home + "/data")
            _ = try await cluster.start()
            await cluster.stop()
        }
    }

    @Test("An interrupted first start begins anew")
    func interrupted() async throws {
        try await withTemporaryDirectory { directory in
            let unfinished = directory + "/postgres/data.unfinished/base"
            try FileManager.default.createDirectory(atPath: unfinished, withIntermediateDirectories: true)
            let cluster = Self.cluster(directory)
            _ = try await cluster.start()
            #expect(!FileManager.default.fileExists(atPath: unfinished))
            await cluster.stop()
        }
    }

    @Test("A server that cannot start is explained in its own words")
    func badSettings() async throws {
        try await withTemporaryDirectory { directory in
            let cluster = PrivateCluster(
                dataDirectory: directory,
                settings: ["shared_buffers": "nonsense"],
                logger: ThrowawayCluster.logger
            )
            let error = await #expect(throws: ClusterError.self) { try await cluster.start() }
            guard case .didNotStart(let words) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(words.contains("shared_buffers"))
        }
    }

    @Test("The server's log has a bound, and does not repeat what users wrote")
    func log() async throws {
        try await TestServer.run { server in
            let pool = server.pool()
            try await pool.execute("CREATE TABLE users (email text UNIQUE)")
            try await pool.execute("INSERT INTO users VALUES ('secret@example.com')")
            _ = try? await pool.execute("INSERT INTO users VALUES ('secret@example.com')")
            let noise = "DO $$BEGIN FOR i IN 1..6000 LOOP RAISE LOG '%', repeat('noise ', 200); END LOOP; END$$"
            try await pool.execute("\(unescaped: noise)", timeout: .seconds(60))
            await pool.close()
            let log = server.directory + "/postgres/server.log"
            try await eventually("the log was begun anew") { FileManager.default.fileExists(atPath: log + ".1") }
            for file in [log, log + ".1"] {
                let text = try String(contentsOfFile: file, encoding: .utf8)
                #expect(text.utf8.count <= 4 * 1024 * 1024)
                #expect(!text.contains("secret"))
            }
        }
    }

    @Test(
        "A version is read as the program tells it",
        arguments: [
            ("postgres (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)", "15"), ("postgres (PostgreSQL) 9.6.24", "9.6"),
            ("postgres (PostgreSQL) 18devel", "18"), ("nonsense", nil),
        ] as [(String, String?)]
    )
    func versions(words: String, version: String?) { #expect(ServerBinaries.majorVersion(of: words) == version) }
}

/// Acts when the log says something.
private struct Listener: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    private let words: String
    private let act: @Sendable () -> Void

    init(to words: String, act: @escaping @Sendable () -> Void) {
        self.words = words
        self.act = act
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { if "\(event.message)".contains(words) { act() } }
}
