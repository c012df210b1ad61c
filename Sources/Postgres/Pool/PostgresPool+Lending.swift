import Dispatch
import Logging
import Synchronization

extension PostgresPool {
    /// Waits for a connection, for as long as the configuration says or as long as the caller would.
    func acquire(_ use: ConnectionUse, within patience: Duration? = nil) async throws -> Lease {
        let id = shared.withLock { $0.state.nextID() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { ticket in
                ask(id, use, ticket, within: patience ?? configuration.acquireTimeout)
            }
        } onCancel: {
            shared.withLock { $0.state.removeWaiter(id) }?.resume(throwing: PostgresError.cancelled)
        }
    }

    private func ask(_ id: Int, _ use: ConnectionUse, _ ticket: Ticket, within patience: Duration) {
        let decision = shared.withLock { shared -> State.Decision in
            // Asked for under the lock: a cancellation from here on finds the waiter in the queue.
            if Task.isCancelled { return .turnAway(.cancelled) }
            let decision = shared.state.ask(use)
            if case .wait = decision { shared.state.enqueue(id: id, use, ticket) }
            return decision
        }
        switch decision {
        case .lend(let lease): ticket.resume(returning: lease)
        case .turnAway(let error): ticket.resume(throwing: error)
        case .wait:
            after(patience) { self.expire(id, after: patience) }
            openMissing()
        }
    }

    private func expire(_ id: Int, after patience: Duration) {
        let (ticket, failure) = shared.withLock { shared in
            // What keeps connections from being opened says more than that none was free.
            (shared.state.removeWaiter(id), shared.state.openCount == 0 ? shared.lastFailure : nil)
        }
        ticket?.resume(throwing: failure ?? .poolTimedOut(after: patience))
    }

    func giveBack(_ lease: Lease) {
        let drained = shared.withLock { shared in
            shared.state.giveBack(lease)
            return shared.state.lentCount == 0 ? shared.takeDrained() : nil
        }
        drained?.resume()
        serve()
    }

    private func serve() {
        for (ticket, lease) in shared.withLock({ $0.state.serve() }) { ticket.resume(returning: lease) }
    }

    /// Opens what is missing, unless the pause after a failure is still on.
    func openMissing() {
        let ids = shared.withLock { shared -> [Int] in
            if shared.isPausing { return [] }
            return (0..<shared.state.missing).map { _ in
                shared.state.startedOpening()
                return shared.state.nextID()
            }
        }
        for id in ids { Task { await open(id) } }
    }

    private func open(_ id: Int) async {
        let attempt = shared.withLock { $0.failedAttempts }
        do {
            let connection = try await PostgresConnection.open(configuration, attempt: attempt) { self.closed(id) }
            let isWelcome = shared.withLock { shared in
                shared.backoff.reset()
                shared.failedAttempts = 0
                shared.lastFailure = nil
                return shared.state.opened(id, connection)
            }
            if !isWelcome { await connection.close() }
            // It may have ended before it was a member, and then nobody would have been told.
            if await connection.isClosed { closed(id) }
            serve()
        } catch {
            failedToOpen(error as? PostgresError ?? .connectionFailed(reason: "\(error)"))
        }
        openMissing()
    }

    private func failedToOpen(_ error: PostgresError) {
        let (pause, hopeless) = shared.withLock { shared -> (Duration?, [Ticket]) in
            shared.state.failedOpening()
            shared.failedAttempts += 1
            shared.lastFailure = error
            // Waiting does not mend a wrong password; callers with other connections to hope for wait on.
            let isHopeless = (error.sqlState?.refusesConnections ?? false) && shared.state.openCount == 0
            let turnedAway = isHopeless ? shared.state.takeWaiters() : []
            if shared.isPausing { return (nil, turnedAway) }
            shared.isPausing = true
            return (shared.backoff.next(), turnedAway)
        }
        for ticket in hopeless { ticket.resume(throwing: error) }
        guard let pause else { return }
        logger.warning(
            "A PostgreSQL connection could not be opened",
            metadata: [
                "target": "\(configuration.target)", "error": "\(error)", "retry_in": "\(pause)",
            ]
        )
        after(pause) {
            self.shared.withLock { $0.isPausing = false }
            self.openMissing()
        }
    }

    /// A session has ended, by us or by the server.
    private func closed(_ id: Int) {
        let (removed, drained) = shared.withLock { shared in
            let removed = shared.state.remove(id) != nil
            return (removed, shared.state.lentCount == 0 ? shared.takeDrained() : nil)
        }
        drained?.resume()
        if removed { openMissing() }
    }
}
