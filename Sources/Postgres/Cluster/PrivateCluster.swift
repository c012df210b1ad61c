import Foundation
package import Logging
import ServiceLifecycle

/// A PostgreSQL server of our own, in our data directory: made on the first start, reached by a Unix socket only,
/// restarted when it dies, and stopped with the program.
///
/// Nothing of value is ever deleted: a cluster of another version, somebody else's, or one whose lock names a stranger
/// is explained in a ``ClusterError``. After `kill -9` of the program or of the server, the next start, or the keeper,
/// lets PostgreSQL recover from its log.
package actor PrivateCluster: Service {
    /// The role and the database of the program.
    ///
    /// The role owns its database and is no superuser.
    package static let user = "tradepulse"
    package static let database = "tradepulse"

    private let executor = QueueExecutor(label: "postgres.cluster")
    private let dataDirectory: String
    private let settings: [String: String]
    private let readyTimeout: Duration
    private let logger: Logger
    private var running: Running?

    /// What a started cluster consists of.
    private struct Running {
        let lock: HeldLock
        let keeper: ServerKeeper
        let log: ServerLog
        let socketDirectory: String
    }

    /// The lock, in a form that can be kept in an optional structure.
    private final class HeldLock: Sendable {
        private let lock: ClusterLock
        init(_ lock: consuming ClusterLock) { self.lock = lock }
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A cluster in `dataDirectory/postgres`.
    ///
    /// - Parameters:
    ///   - dataDirectory: the program's `DATA_DIR`; made when missing.
    ///   - settings: server settings by their names in `postgresql.conf`, over ours.
    ///   - readyTimeout: the longest wait for the server's first answer, a recovery after a crash included.
    ///   - logger: told of restarts.
    package init(
        dataDirectory: String,
        settings: [String: String] = [:],
        readyTimeout: Duration = .seconds(120),
        logger: Logger
    ) {
        self.dataDirectory = dataDirectory
        self.settings = settings
        self.readyTimeout = readyTimeout
        self.logger = logger
    }

    /// The server's process, while it runs.
    package var serverProcess: Int32? { running?.keeper.process }

    /// Starts the server, making the cluster first when there is none.
    ///
    /// Once started, gives the same answer again.
    ///
    /// - Returns: how to reach the program's database.
    /// - Throws: ``ClusterError``, ``PostgresError``.
    package func start() async throws -> PostgresConfiguration {
        if let running { return configuration(running, user: Self.user, database: Self.database) }
        let layout = try ClusterLayout(dataDirectory: dataDirectory)
        let lock = try ClusterLock(path: layout.lock, directory: layout.base)
        let account = try ServerAccount.choose(owner: layout.owner, directory: layout.data)
        try layout.open(to: account)
        let binaries = try ClusterFiles.prepare(layout, account, logger: logger)
        let socketDirectory = try layout.makeSocketDirectory(for: account)
        try layout.writeAccessRules(for: account)
        try await LeftoverServer.stop(layout, account, logger: logger)

        let log = try ServerLog(path: layout.log)
        let arguments = ServerSettings.arguments(binaries, layout, socketDirectory: socketDirectory, settings)
        let keeper = ServerKeeper(
            command: account.command(arguments, onOurDeath: "INT"),
            data: layout.data,
            log: log,
            logger: logger
        )
        let running = Running(lock: HeldLock(lock), keeper: keeper, log: log, socketDirectory: socketDirectory)
        self.running = running
        keeper.start()
        do {
            let connection = try await firstConnection(running)
            keeper.restartWhenItEnds()
            try await makeDatabase(connection)
        } catch {
            await stop()
            throw error
        }
        logger.info(
            "The private database cluster is ready",
            metadata: ["directory": "\(layout.data)", "version": "\(binaries.majorVersion)"]
        )
        return configuration(running, user: Self.user, database: Self.database)
    }

    /// How to reach any database of the cluster as its superuser: for tests, which make databases of their own.
    ///
    /// - Throws: ``PostgresError/closed`` while it does not run.
    package func administration(database: String = "postgres") throws -> PostgresConfiguration {
        guard let running else { throw PostgresError.closed }
        return configuration(running, user: "postgres", database: database)
    }

    private func configuration(_ running: Running, user: String, database: String) -> PostgresConfiguration {
        PostgresConfiguration(
            socketDirectory: running.socketDirectory,
            port: ClusterLayout.port,
            user: user,
            database: database
        )
    }

    /// Waits until the server takes a connection of its superuser.
    private func firstConnection(_ running: Running) async throws -> PostgresConnection {
        let deadline = ContinuousClock.now + readyTimeout
        var administration = configuration(running, user: "postgres", database: "postgres")
        // No request waits for these: a server busy with its recovery may take its time.
        administration.connectTimeout = .seconds(10)
        administration.queryTimeout = .seconds(60)
        while true {
            if running.keeper.hasEnded { throw ClusterError.didNotStart(running.log.lastWords) }
            do {
                return try await PostgresConnection.open(administration)
            } catch let error as PostgresError {
                guard ContinuousClock.now < deadline else {
                    throw ClusterError.notReady(after: readyTimeout, lastWords: "\(error); \(running.log.lastWords)")
                }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Makes our role and our database where they are missing.
    private func makeDatabase(_ connection: PostgresConnection) async throws {
        do {
            if try await connection.query("SELECT FROM pg_roles WHERE rolname = \(Self.user)").isEmpty {
                try await connection.execute("CREATE ROLE \(unescaped: Self.user) LOGIN")
            }
            if try await connection.query("SELECT FROM pg_database WHERE datname = \(Self.database)").isEmpty {
                try await connection.execute(
                    "CREATE DATABASE \(unescaped: Self.database) OWNER \(unescaped: Self.user)"
                )
            }
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Serves until graceful shutdown, and then stops the server.
    package func run() async throws {
        _ = try await start()
        try? await gracefulShutdown()
        await stop()
    }

    /// Stops the server: within 5 s in good order, after that in haste, to recover at the next start.
    package func stop() async {
        guard let running else { return }
        self.running = nil
        // Also for a task that was cancelled: waiting is what it came for.
        await Task { await running.keeper.stop(patience: .seconds(5)) }.value
        running.log.finish()
        withExtendedLifetime(running.lock) {}
    }
}
