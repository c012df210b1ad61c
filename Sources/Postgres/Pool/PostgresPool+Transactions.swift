import Logging

/// How much a transaction sees of others that run beside it.
package enum TransactionIsolation: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

extension PostgresPool {
    /// Runs the body inside a transaction: committed when it returns, rolled back when it throws.
    ///
    /// After a deadlock or a serialization failure everything runs again from the start, the body included: it must
    /// have no effects outside the database.
    ///
    /// `attempts`: how often it may run, at least 1.
    /// Throws ``PostgresError``, and what the body throws.
    @discardableResult
    package func withTransaction<T>(
        isolation: TransactionIsolation = .readCommitted,
        attempts: Int = 3,
        readOnly: Bool = false,
        actor: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> sending T
    ) async throws -> sending T {
        var backoff = Backoff(first: .milliseconds(10), longest: .milliseconds(200))
        var attempt = 1
        while true {
            do {
                return try await withConnection { connection in
                    try await PostgresTransaction.run(on: connection, isolation, readOnly: readOnly, body)
                }
            } catch let error as PostgresError where error.isRetryable && attempt < attempts {
                attempt += 1
                logger.debug(
                    "A transaction is run again",
                    metadata: ["error": "\(error)", "attempt": "\(attempt)"]
                )
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}
