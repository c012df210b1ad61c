import Dispatch
package import Logging
import ServiceLifecycle
import Synchronization

/// Connections shared by the whole program: opened when needed, kept while used, replaced when broken.
///
/// Statements without a transaction take any free connection; when none is free they join others of their kind in a
/// connection's pipeline, up to ``PostgresConfiguration/pipelineDepth``. Everybody else waits in turn, up to
/// ``PostgresConfiguration/maximumWaiters`` callers and each up to ``PostgresConfiguration/acquireTimeout``.
package final class PostgresPool: Service, Sendable {
    typealias Lease = ConnectionLease<PostgresConnection>
    typealias Ticket = CheckedContinuation<Lease, any Error>
    typealias State = PoolState<PostgresConnection, Ticket>

    package let configuration: PostgresConfiguration
    let logger: Logger
    let shared: Mutex<Shared>
    private let timers = DispatchQueue(label: "postgres.pool")

    struct Shared {
        var state: State
        var backoff = Backoff(first: .milliseconds(50), longest: .seconds(2))
        /// Attempts to open in a row that failed; with several hosts, each begins at another.
        var failedAttempts = 0
        var lastFailure: PostgresError?
        /// No connection is opened before the pause after a failure is over.
        var isPausing = false
        var drained: CheckedContinuation<Void, Never>?
    }

    package init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        shared = Mutex(Shared(state: State(configuration)))
    }

    /// The rows a statement answers with.
    ///
    /// `timeout`: the longest wait for the answer; nil means ``PostgresConfiguration/queryTimeout``.
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

    /// Sends statements together, as one transaction, and gives each one's rows, in order.
    ///
    /// - Throws: ``PostgresError``.
    package func pipeline(_ queries: [PostgresQuery], timeout: Duration? = nil) async throws -> [[PostgresRow]] {
        if queries.isEmpty { return [] }
        return try await perform(queries, timeout: timeout).map(\.rows)
    }

    private func perform(_ queries: [PostgresQuery], timeout: Duration?) async throws -> [PostgresResult] {
        var attempts = 0
        while true {
            attempts += 1
            let lease = try await acquire(.shared)
            do {
                defer { giveBack(lease) }
                return try await lease.connection.perform(queries, timeout: timeout, isShared: true)
            } catch let error as PostgresError where error.isUnsent && attempts < 3 {
                // The connection broke between being lent and being used; nothing was sent, another one may do.
                continue
            }
        }
    }

    /// Lends a connection to the body alone.
    ///
    /// What the body leaves behind ends with the loan: a connection inside a transaction is closed, not passed on.
    ///
    /// - Throws: ``PostgresError``, and what the body throws.
    @discardableResult
    package func withConnection<T>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PostgresConnection) async throws -> sending T
    ) async throws -> sending T {
        let lease = try await acquire(.exclusive)
        do {
            let answer = try await body(lease.connection)
            await release(lease)
            return answer
        } catch {
            await release(lease)
            throw error
        }
    }

    /// Waits until a connection is open, for longer than a request would: at the start nobody waits for an answer yet.
    ///
    /// - Throws: what keeps connections from being opened, or ``PostgresError/poolTimedOut(after:)``.
    package func waitUntilReady(within limit: Duration) async throws {
        giveBack(try await acquire(.shared, within: limit))
    }

    private func release(_ lease: Lease) async {
        if await !lease.connection.isReusable { await lease.connection.close() }
        giveBack(lease)
    }

    /// Serves until graceful shutdown, keeping the minimum of connections open, and then closes the pool.
    package func run() async throws {
        shared.withLock { $0.state.keepsMinimum = true }
        openMissing()
        await cancelWhenGracefulShutdown {
            var step = 0
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(60))
                let (surplus, next) = self.shared.withLock { shared in
                    (shared.state.removeIdle(unusedSince: step), shared.state.step)
                }
                step = next
                for connection in surplus { await connection.close() }
            }
        }
        await close()
    }

    /// Refuses new callers, waits up to ``PostgresConfiguration/drainTimeout`` for those being served, and ends all
    /// sessions.
    package func close() async {
        let waiting = shared.withLock { shared in
            shared.state.close()
            return shared.state.takeWaiters()
        }
        for ticket in waiting { ticket.resume(throwing: PostgresError.closed) }
        await drain()
        for connection in shared.withLock({ $0.state.connections }) { await connection.close() }
    }

    private func drain() async {
        await withCheckedContinuation { done in
            let isWaiting = shared.withLock { shared in
                // A second closer need not wait for what the first one waits for.
                guard shared.state.lentCount > 0, shared.drained == nil else { return false }
                shared.drained = done
                return true
            }
            guard isWaiting else { return done.resume() }
            after(configuration.drainTimeout) { self.shared.withLock { $0.takeDrained() }?.resume() }
        }
    }

    func after(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
        timers.asyncAfter(deadline: .now() + delay, execute: action)
    }
}

extension PostgresPool.Shared {
    mutating func takeDrained() -> CheckedContinuation<Void, Never>? {
        defer { drained = nil }
        return drained
    }
}
