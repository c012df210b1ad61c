import CLibPQ
import Dispatch

extension PostgresConnection {
    /// Gives up on an operation: its caller hears at once, and the server is asked to stop if it is at work on it.
    func stop(_ id: Int, _ error: PostgresError) {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            switch waiting.remove(at: index) {
            case .statements(let operation): operation.abandon(error)
            case .direct(_, let caller): caller.resume(throwing: error)
            }
        } else if let operation = inFlight.first(where: { $0.id == id }), !operation.isAbandoned {
            operation.abandon(error)
            if inFlight.first === operation { deliverStop(id) }
        } else if directID == id, directStop == nil {
            directStop = error
            wakeDirect()
            deliverStop(id)
        }
    }

    /// Asks the server to stop what it is doing for the operation, and sees to it that it does.
    func deliverStop(_ id: Int) {
        guard !isStopBeingDelivered, stoppedID != id else { return }
        if case .closed = phase { return }
        isStopBeingDelivered = CancelLane.request(libpq) { [executor] in
            executor.queue.async { self.assumeIsolated { $0.stopDelivered(id) } }
        }
        stoppedID = id
        executor.queue.asyncAfter(deadline: .now() + configuration.cancelGrace) {
            self.assumeIsolated { $0.graceIsOver(id) }
        }
    }

    private func stopDelivered(_ id: Int) {
        isStopBeingDelivered = false
        if case .closed = phase { return }
        if let current = inFlight.first, current.isAbandoned, current.id != id { deliverStop(current.id) }
        pump()
    }

    private func graceIsOver(_ id: Int) {
        // Still at it, or still busy delivering a request that would hit whatever is sent next.
        guard inFlight.first?.id == id || directID == id || (isStopBeingDelivered && stoppedID == id) else { return }
        close(because: lost("the server did not stop a statement when asked to"))
    }

    /// Sees to it that deadlines are looked at when the given one passes.
    func checkDeadlines(noLaterThan deadline: DispatchTime) {
        if let deadlineCheck, deadlineCheck <= deadline { return }
        deadlineCheck = deadline
        executor.queue.asyncAfter(deadline: deadline) { self.assumeIsolated { $0.deadlinePassed(deadline) } }
    }

    private func deadlinePassed(_ deadline: DispatchTime) {
        guard deadlineCheck == deadline else { return }
        deadlineCheck = nil
        let queued = waiting.compactMap { turn -> Operation? in
            if case .statements(let operation) = turn { operation } else { nil }
        }
        let pending = queued + inFlight.filter { !$0.isAbandoned }
        let now = DispatchTime.now()
        for operation in pending where operation.deadline <= now {
            stop(operation.id, .timedOut(after: operation.limit))
        }
        if let next = pending.map(\.deadline).filter({ $0 > now }).min() { checkDeadlines(noLaterThan: next) }
    }

    /// How libpq explains the end of the connection.
    func lost(_ reason: String? = nil) -> PostgresError {
        if case .closed(let error) = phase { return error }
        let report = reason ?? ConnectionRefusal(report: String(cString: PQerrorMessage(libpq))).reason
        return .connectionLost(
            reason: report.isEmpty ? "the server closed it" : configuration.target.redacted(report),
            statementSent: true
        )
    }

    /// Ends the session and tells everybody who waits.
    func close(because error: PostgresError) {
        if case .closed = phase { return }
        phase = .closed(error)
        for operation in inFlight {
            operation.fail(error)
            operation.complete()
        }
        for turn in waiting {
            switch turn {
            case .statements(let operation): operation.abandon(error.asUnsent)
            case .direct(_, let caller): caller.resume(throwing: error.asUnsent)
            }
        }
        inFlight = []
        waiting = []
        wakeDirect()
        let session = OpenSession(libpq: libpq)
        if let watch {
            watch.end { PQfinish(session.libpq) }
        } else {
            PQfinish(session.libpq)
        }
        watch = nil
        onClose()
    }
}

extension PostgresConnection.Turn {
    var id: Int {
        switch self {
        case .statements(let operation): operation.id
        case .direct(let id, _): id
        }
    }
}
