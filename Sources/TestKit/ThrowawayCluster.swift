import Foundation
import Glibc
package import Logging
package import Postgres
import Synchronization

/// The PostgreSQL server that all tests of a process share: a private cluster in a temporary directory, started by the
/// first test that needs it and gone with the process.
package actor ThrowawayCluster {
    package static let shared = ThrowawayCluster()
    package static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static let databases = Atomic(0)
    private var starting: Task<(PrivateCluster, PostgresPool), any Error>?
    private var templates: [[Migration]: Task<String, any Error>] = [:]

    static func nextDatabaseName() -> String {
        "test_\(getpid())_\(databases.add(1, ordering: .relaxed).newValue)"
    }

    /// The server's process, for tests that are rough with it.
    package func cluster() async throws -> PrivateCluster { try await started().0 }

    /// A pool on the server's own database, as its superuser.
    package func administrator() async throws -> PostgresPool { try await started().1 }

    /// How to reach a database of the server, as its superuser.
    package func configuration(database: String) async throws -> PostgresConfiguration {
        var configuration = try await started().0.administration(database: database)
        // Many tests at once on a small machine: patience is not what they test.
        configuration.acquireTimeout = .seconds(20)
        configuration.connectTimeout = .seconds(20)
        configuration.queryTimeout = .seconds(20)
        configuration.cancelGrace = .seconds(20)
        configuration.maximumConnections = 4
        return configuration
    }

    /// A database in which the migrations have been applied, to make others from; the same one each time.
    func template(of migrations: [Migration]) async throws -> String {
        if let template = templates[migrations] { return try await template.value }
        let task = Task {
            let name = Self.nextDatabaseName()
            try await administrator().execute("CREATE DATABASE \(unescaped: name)", timeout: .seconds(60))
            let pool = PostgresPool(configuration: try await configuration(database: name), logger: Self.logger)
            try await Migrator(migrations: migrations, logger: Self.logger).apply(on: pool)
            await pool.close()
            return name
        }
        templates[migrations] = task
        return try await task.value
    }

    private func started() async throws -> (PrivateCluster, PostgresPool) {
        if let starting { return try await starting.value }
        let task = Task {
            let directory = Self.temporaryDirectory()
            // Safe only because nothing here is worth keeping; it makes tests several times faster.
            let cluster = PrivateCluster(
                dataDirectory: directory,
                settings: [
                    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200",
                ],
                logger: Self.logger
            )
            _ = try await cluster.start()
            var configuration = try await cluster.administration()
            configuration.acquireTimeout = .seconds(600)
            configuration.maximumConnections = 3
            return (cluster, PostgresPool(configuration: configuration, logger: Self.logger))
        }
        starting = task
        return try await task.value
    }

    /// A directory for this process, removed when it ends; those of processes that were killed are removed now.
    private static func temporaryDirectory() -> String {
        let base = FileManager.default.temporaryDirectory.path
        for name in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] where name.hasPrefix(prefix) {
            let process = pid_t(name.dropFirst(prefix.count))
            if let process, kill(process, 0) != 0, errno == ESRCH {
                try? FileManager.default.removeItem(atPath: "\(base)/\(name)")
            }
        }
        atexit { try? FileManager.default.removeItem(atPath: ThrowawayCluster.ownDirectory) }
        return ownDirectory
    }

    private static let prefix = "tradepulse-cluster-"
    private static let ownDirectory = "\(FileManager.default.temporaryDirectory.path)/\(prefix)\(getpid())"
}
