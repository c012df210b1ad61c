import CLibPQ
import Dispatch

extension PostgresConnection {
    /// Opens a session: resolves the name, connects, authenticates and agrees on the text forms of values.
    ///
    /// `attempt`: which one in a row; with several hosts, each begins at another.
    /// `onClose`: called once, when the session has ended for whatever reason.
    /// Throws ``PostgresError/connectionFailed(reason:sqlState:)`` and ``PostgresError/cancelled``.
    package static func open(
        _ configuration: PostgresConfiguration,
        attempt: Int = 0,
        onClose: @escaping @Sendable () -> Void = {}
    ) async throws -> PostgresConnection {
        let executor = QueueExecutor(label: "postgres.connection")
        let opener = SessionOpener(executor: executor, configuration: configuration)
        let session = try await withTaskCancellationHandler {
            try await opener.open(attempt: attempt)
        } onCancel: {
            executor.queue.async { opener.assumeIsolated { $0.stop(.cancelled) } }
        }
        let connection = PostgresConnection(
            session,
            executor: executor,
            configuration: configuration,
            onClose: onClose
        )
        try await connection.begin()
        return connection
    }

    /// Starts watching the socket and fixes the session's settings, in one round trip.
    private func begin() async throws {
        watch = SocketWatch(
            socket: PQsocket(libpq),
            queue: executor.queue,
            onReadable: { self.assumeIsolated { $0.readable() } },
            onWritable: { self.assumeIsolated { $0.writable() } }
        )
        let statementLimit = configuration.statementTimeout?.milliseconds ?? 0
        let idleLimit = configuration.idleTransactionTimeout?.milliseconds ?? 0
        do {
            _ = try await perform(
                [
                    """
                    SELECT set_config('DateStyle', 'ISO, YMD', false), set_config('TimeZone', 'UTC', false),
                        set_config('bytea_output', 'hex', false), set_config('extra_float_digits', '1', false),
                        set_config('statement_timeout', \(statementLimit)::text, false),
                        set_config('idle_in_transaction_session_timeout', \(idleLimit)::text, false)
                    """
                ],
                timeout: configuration.connectTimeout
            )
        } catch let error as PostgresError {
            close(because: error)
            if error == .cancelled { throw error }
            throw PostgresError.connectionFailed(reason: "\(error)", sqlState: error.sqlState)
        }
    }
}
