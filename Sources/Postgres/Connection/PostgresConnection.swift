import CLibPQ
import Dispatch

/// One session with the server, in libpq's pipeline mode: statements of concurrent callers are sent without waiting
/// for one another's answers, and answered in order.
///
/// An actor on its own serial executor: nothing here ever blocks a thread of the shared pool. A statement that runs
/// out of time, or whose task is cancelled, fails at once and is asked to stop; a connection that does not answer
/// within ``PostgresConfiguration/cancelGrace`` after that is given up.
package actor PostgresConnection {
    enum Phase: Equatable {
        /// Statements of all callers are pipelined.
        case pipeline
        /// One caller has the session for a script or a COPY, which libpq does not pipeline.
        case direct
        case closed(PostgresError)
    }

    /// A caller's turn: for statements, or for the whole session.
    enum Turn {
        case statements(Operation)
        case direct(id: Int, CheckedContinuation<Void, any Error>)
    }

    /// Statements under way at most; more wait their turn here rather than in libpq's buffers.
    static let maximumInFlight = 256

    let executor: QueueExecutor
    let configuration: PostgresConfiguration
    let libpq: OpaquePointer
    let onClose: @Sendable () -> Void
    /// The server's process for this session, as `pg_stat_activity` calls it.
    package let processID: Int

    var phase = Phase.pipeline
    var watch: SocketWatch?
    var statements: StatementCache
    var waiting: [Turn] = []
    var inFlight: [Operation] = []
    var lastID = 0
    /// When the next look at the deadlines is due.
    var deadlineCheck: DispatchTime?
    /// A request to stop is being delivered; nothing new is sent meanwhile, lest it be hit.
    var isStopBeingDelivered = false
    /// The operation, or the direct caller, that was last asked to stop.
    var stoppedID: Int?
    /// The session is to be closed when what is under way is done.
    var isDoomed = false
    /// The direct caller, waiting for the socket.
    var directWaiter: CheckedContinuation<Void, any Error>?
    var directID: Int?
    var directStop: PostgresError?
    /// A COPY is open: the server waits for rows.
    var isTakingRows = false

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Takes over an open session.
    init(
        _ session: OpenSession,
        executor: QueueExecutor,
        configuration: PostgresConfiguration,
        onClose: @escaping @Sendable () -> Void
    ) {
        self.executor = executor
        self.configuration = configuration
        self.onClose = onClose
        libpq = session.libpq
        processID = Int(PQbackendPID(libpq))
        statements = StatementCache(capacity: configuration.statementCacheSize)
    }

    /// The rows a statement answers with.
    ///
    /// `timeout`: the longest wait; nil means ``PostgresConfiguration/queryTimeout``.
    /// Throws ``PostgresError``.
    package func query(_ query: PostgresQuery, timeout: Duration? = nil) async throws -> [PostgresRow] {
        try await perform([query], timeout: timeout).last?.rows ?? []
    }

    /// Runs a statement for its effect.
    ///
    /// - Returns: the rows it inserted, changed, deleted or selected.
    /// - Throws: ``PostgresError``.
    @discardableResult
    package func execute(_ query: PostgresQuery, timeout: Duration? = nil) async throws -> Int {
        try await perform([query], timeout: timeout).last?.affected ?? 0
    }

    /// Sends statements together and gives each one's rows, in order.
    ///
    /// They stand or fall together: outside a transaction they are one, and the first failure is the answer of all.
    ///
    /// - Throws: ``PostgresError``.
    package func pipeline(_ queries: [PostgresQuery], timeout: Duration? = nil) async throws -> [[PostgresRow]] {
        if queries.isEmpty { return [] }
        return try await perform(queries, timeout: timeout).map(\.rows)
    }

    /// Whether another caller may have the session: it is open, and in no transaction.
    package var isReusable: Bool {
        !isClosed && !isDoomed && waiting.isEmpty && inFlight.isEmpty && directID == nil
            && PQtransactionStatus(libpq) == PQTRANS_IDLE
    }

    /// Statements sent and not answered yet.
    package var statementsUnderWay: Int { inFlight.count }

    /// Whether a script or a COPY has the session.
    package var isInDirectUse: Bool { directID != nil }

    /// Whether the session has ended.
    package var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    /// Whether a transaction is open or a statement under way.
    var isInTransaction: Bool { !isClosed && PQtransactionStatus(libpq) != PQTRANS_IDLE }

    /// Ends the session; whoever still waits for an answer gets ``PostgresError/closed``.
    package func close() { close(because: .closed) }
}
