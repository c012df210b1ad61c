import Postgres
import Storage
import TestKit
import Testing

/// Gives every test, and every case of a test with arguments, a database of its own with the product's schema.
struct DatabaseTrait: TestTrait, SuiteTrait, TestScoping {
    @TaskLocal static var pool: PostgresPool?

    var isRecursive: Bool { true }

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            try await Self.$pool.withValue(pool) { try await function() }
        }
    }
}

extension Trait where Self == DatabaseTrait {
    static var database: Self { DatabaseTrait() }
}

extension PostgresPool {
    /// The pool on the running test's database.
    static func ofTest() throws -> PostgresPool { try #require(DatabaseTrait.pool) }

    /// Runs a statement that must fail and says which constraint refused it, or which SQLSTATE.
    func refusal(of statement: String) async -> String? {
        do {
            try await execute(PostgresQuery(unescaped: statement))
            return nil
        } catch {
            let failure = (error as? PostgresError)?.serverFailure
            return failure?.constraint ?? failure?.sqlState.rawValue ?? "\(error)"
        }
    }
}
