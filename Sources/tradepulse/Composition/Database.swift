import Logging
import Postgres
import ServiceLifecycle
import Settings
import Storage

/// The database in force: the operator's, or a private cluster below the data directory.
struct Database {
    let pool: PostgresPool
    /// Nil when the operator named a database.
    let cluster: PrivateCluster?
    private let logger: Logger
    /// For the first connection: a server that has just begun, on a machine that is busy, is slow to answer.
    private static let patience: Duration = .seconds(10)

    /// Starts the private cluster where none is named, and makes the pool.
    static func open(_ program: Program) async throws -> Database {
        var cluster: PrivateCluster?
        var configuration: PostgresConfiguration
        if let url = program.settings[.databaseURL] {
            configuration = try PostgresConfiguration(url: url)
        } else {
            let own = PrivateCluster(dataDirectory: program.dataDirectory, logger: program.logger)
            configuration = try await own.start()
            cluster = own
        }
        configuration.maximumConnections = program.settings.integer(.databasePool)
        let pool = PostgresPool(configuration: configuration, logger: program.logger)
        return Database(pool: pool, cluster: cluster, logger: program.logger)
    }

    /// The same beside a running server: its private cluster is used, and left running.
    static func join(_ program: Program) async throws -> Database {
        guard program.settings[.databaseURL] == nil,
            var configuration = try PrivateCluster.running(in: program.dataDirectory)
        else { return try await open(program) }
        configuration.maximumConnections = 2
        let pool = PostgresPool(configuration: configuration, logger: program.logger)
        return Database(pool: pool, cluster: nil, logger: program.logger)
    }

    /// Opens the database for one piece of work.
    ///
    /// - Parameters:
    ///   - program: the settings in force.
    ///   - joining: whether a server may be running on the same data directory.
    ///   - body: the work.
    /// - Throws: what the body throws; what keeps the database from opening.
    static func with(
        _ program: Program,
        joining: Bool = false,
        _ body: (Database) async throws -> Void
    ) async throws {
        let database = try await joining ? join(program) : open(program)
        do {
            try await body(database)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    func close() async {
        await pool.close()
        await cluster?.stop()
    }

    func migrate() async throws {
        try await pool.waitUntilReady(within: Self.patience)
        try await migrator().apply(on: pool)
    }

    /// Throws when the schema is behind, changed or of a later release.
    func checkSchema() async throws {
        try await pool.waitUntilReady(within: Self.patience)
        try await migrator().check(on: pool)
    }

    private func migrator() throws -> Migrator {
        Migrator(migrations: try SchemaMigrations.all(), logger: logger)
    }
}
