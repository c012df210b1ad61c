package import Logging
package import Postgres

/// A fresh database for one test, in a server that all tests of the process share; dropped when the test is done.
///
/// ```swift
/// try await ThrowawayDatabase.run(migrations: Schema.migrations) { pool in
///     try await pool.execute("INSERT …")
/// }
/// ```
package enum ThrowawayDatabase {
    /// Makes a database, runs the body with a pool on it, closes the pool and drops the database.
    ///
    /// - Throws: what the body throws; what keeps the server from starting.
    package static func run<T>(
        migrations: [Migration] = [],
        logger: Logger = ThrowawayCluster.logger,
        isolation: isolated (any Actor)? = #isolation,
        configure: (inout PostgresConfiguration) -> Void = { _ in },
        _ body: (PostgresPool) async throws -> sending T
    ) async throws -> sending T {
        let name = ThrowawayCluster.nextDatabaseName()
        let server = try await ThrowawayCluster.shared.administrator()
        let template = migrations.isEmpty ? "template1" : try await ThrowawayCluster.shared.template(of: migrations)
        try await server.execute(
            "CREATE DATABASE \(unescaped: name) TEMPLATE \(unescaped: template)",
            timeout: .seconds(60)
        )
        do {
            var configuration = try await ThrowawayCluster.shared.configuration(database: name)
            configure(&configuration)
            let pool = PostgresPool(configuration: configuration, logger: logger)
            let answer = try await use(pool, body)
            try await drop(name, server)
            return answer
        } catch {
            try? await drop(name, server)
            throw error
        }
    }

    private static func use<T>(
        _ pool: PostgresPool,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresPool) async throws -> sending T
    ) async throws -> sending T {
        do {
            let answer = try await body(pool)
            await pool.close()
            return answer
        } catch {
            await pool.close()
            throw error
        }
    }

    /// FORCE ends sessions that a test left open.
    private static func drop(_ name: String, _ server: PostgresPool) async throws {
        try await server.execute("DROP DATABASE \(unescaped: name) WITH (FORCE)", timeout: .seconds(60))
    }
}
