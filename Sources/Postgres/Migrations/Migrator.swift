package import Logging

/// Brings the schema to the program's version, and tells whether it is there.
///
/// What was applied stands in the table `schema_migrations`, with the checksum of its text.
package struct Migrator: Sendable {
    package let migrations: [Migration]
    private let logger: Logger

    /// Held while migrations run, so that of several processes that start at once one does it and the others wait.
    private static let lock: Int64 = 0x7472_6164_6570_756c  // "tradepul"

    package init(migrations: [Migration], logger: Logger) {
        self.migrations = migrations.sorted { $0.number < $1.number }
        self.logger = logger
    }

    /// Applies what is missing, each migration in a transaction of its own.
    ///
    /// - Returns: the numbers of the migrations that were applied now.
    /// - Throws: ``MigrationError``, before anything is done where the schema was changed or is newer; ``PostgresError``.
    @discardableResult
    package func apply(on pool: PostgresPool) async throws -> [Int] {
        try await pool.withConnection { connection in
            // Others may be at work for as long as their longest migration takes.
            try await connection.execute("SELECT set_config('statement_timeout', '0', false)")
            try await connection.execute("SELECT pg_advisory_lock(\(Self.lock)::int8)", timeout: .seconds(300))
            do {
                let applied = try await applyMissing(on: connection)
                try await unlock(connection)
                return applied
            } catch {
                // The lock ends with the session.
                await connection.close()
                throw error
            }
        }
    }

    private func unlock(_ connection: PostgresConnection) async throws {
        let limit = connection.configuration.statementTimeout?.milliseconds ?? 0
        try await connection.execute("SELECT pg_advisory_unlock(\(Self.lock)::int8)")
        try await connection.execute("SELECT set_config('statement_timeout', \(limit)::text, false)")
    }

    private func applyMissing(on connection: PostgresConnection) async throws -> [Int] {
        try await connection.executeScript(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                number integer PRIMARY KEY,
                name text NOT NULL,
                checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """
        )
        let missing: [Int]
        do {
            try compare(with: try await applied(on: connection))
            missing = []
        } catch MigrationError.behind(let numbers) {
            missing = numbers
        }
        for migration in migrations where missing.contains(migration.number) {
            try await apply(migration, on: connection)
        }
        return missing
    }

    private func apply(_ migration: Migration, on connection: PostgresConnection) async throws {
        do {
            try await PostgresTransaction.run(on: connection) { connection in
                try await connection.executeScript(migration.sql, timeout: .seconds(600))
                try await connection.execute(
                    """
                    INSERT INTO schema_migrations (number, name, checksum)
                    VALUES (\(migration.number), \(migration.name), \(migration.checksum))
                    """
                )
            }
        } catch let error as PostgresError {
            throw MigrationError.failed(number: migration.number, error)
        }
        logger.info(
            "A migration was applied",
            metadata: ["number": "\(migration.number)", "name": "\(migration.name)"]
        )
    }

    /// Makes sure that the schema is the program's.
    ///
    /// - Throws: ``MigrationError/behind(missing:)``, ``MigrationError/changed(_:)``, ``MigrationError/unknown(_:)``;
    ///   ``PostgresError``.
    package func check(on pool: PostgresPool) async throws {
        let rows = try await pool.query("SELECT to_regclass('schema_migrations') IS NOT NULL AS exists")
        let exists = try rows.first?.decode("exists", as: Bool.self) ?? false
        let applied = exists ? try await pool.withConnection { try await self.applied(on: $0) } : []
        try compare(with: applied)
    }

    private struct Applied: Sendable {
        let number: Int
        let name: String
        let checksum: String
    }

    private func applied(on connection: PostgresConnection) async throws -> [Applied] {
        try await connection.query("SELECT number, name, checksum FROM schema_migrations ORDER BY number").map { row in
            Applied(
                number: try row.decode("number"),
                name: try row.decode("name"),
                checksum: try row.decode("checksum")
            )
        }
    }

    private func compare(with applied: [Applied]) throws(MigrationError) {
        let numbers = migrations.map(\.number)
        guard numbers == Array(1..<(numbers.count + 1)) else { throw .misnumbered(numbers) }
        let unknown = applied.map(\.number).filter { !numbers.contains($0) }
        guard unknown.isEmpty else { throw .unknown(unknown) }
        let changed = applied.filter { row in
            let migration = migrations[row.number - 1]
            return migration.checksum != row.checksum || migration.name != row.name
        }
        guard changed.isEmpty else { throw .changed(changed.map(\.number)) }
        let missing = numbers.filter { number in !applied.contains { $0.number == number } }
        guard missing.isEmpty else { throw .behind(missing: missing) }
    }
}
