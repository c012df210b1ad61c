/// A transaction on a connection that the caller has already; nothing is run again.
package enum PostgresTransaction {
    /// Runs the body inside a transaction: committed when it returns, rolled back when it throws.
    ///
    /// - Throws: ``PostgresError``, and what the body throws.
    @discardableResult
    package static func run<T>(
        on connection: PostgresConnection,
        _ isolation: TransactionIsolation = .readCommitted,
        readOnly: Bool = false,
        actor: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> sending T
    ) async throws -> sending T {
        let mode = readOnly ? "READ ONLY" : "READ WRITE"
        try await connection.execute("BEGIN ISOLATION LEVEL \(unescaped: isolation.rawValue) \(unescaped: mode)")
        do {
            let answer = try await body(connection)
            if Task.isCancelled { throw PostgresError.cancelled }
            try await connection.commit()
            return answer
        } catch {
            await connection.rollback()
            throw error
        }
    }
}

extension PostgresConnection {
    fileprivate func commit() async throws {
        let answer = try await perform(["COMMIT"], isCancellable: false).last
        // A transaction that failed before answers COMMIT with a ROLLBACK, as a success.
        guard answer?.command == "COMMIT" else {
            throw PostgresError.unexpectedAnswer("the transaction was rolled back: a statement in it had failed")
        }
    }

    /// Ends the transaction if one is open.
    ///
    /// A connection that cannot is closed: the server then rolls back by itself.
    fileprivate func rollback() async {
        guard isInTransaction else { return }
        do { _ = try await perform(["ROLLBACK"], isCancellable: false) } catch { close() }
    }
}
