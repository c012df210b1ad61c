import CLibPQ
import Dispatch
import Glibc

extension PostgresConnection {
    /// Sends statements as one group and waits for their answers.
    ///
    /// `isCancellable`: false for the end of a transaction, which must be told to the server also by a task
    ///   that was cancelled.
    /// `isShared`: others send statements on the same connection: it is in no transaction, and may begin none.
    func perform(
        _ queries: [PostgresQuery],
        timeout: Duration? = nil,
        isCancellable: Bool = true,
        isShared: Bool = false
    ) async throws -> [PostgresResult] {
        if case .closed(let error) = phase { throw error.asUnsent }
        for query in queries { if let problem = query.parameters.problem { throw problem } }
        if queries.contains(where: { $0.sql.utf8.contains(0) }) {
            throw PostgresError.unexpectedAnswer("the statement contains the character U+0000")
        }
        lastID += 1
        let id = lastID
        return try await withTaskCancellationHandler {
            if isCancellable && Task.isCancelled { throw PostgresError.cancelled }
            return try await withCheckedThrowingContinuation { answer in
                let limit = timeout ?? configuration.queryTimeout
                let operation = Operation(id: id, queries: queries, isShared: isShared, limit: limit, answer: answer)
                waiting.append(.statements(operation))
                checkDeadlines(noLaterThan: operation.deadline)
                pump()
            }
        } onCancel: {
            guard isCancellable else { return }
            executor.queue.async { self.assumeIsolated { $0.stop(id, .cancelled) } }
        }
    }

    /// Sends what may be sent.
    func pump() {
        guard phase == .pipeline, !isStopBeingDelivered else { return }
        while let turn = waiting.first {
            switch turn {
            case .statements(let operation):
                guard inFlight.count < Self.maximumInFlight else { return flush() }
                waiting.removeFirst()
                guard send(operation) else { return close(because: lost()) }
            case .direct(let id, let caller):
                guard inFlight.isEmpty else { return flush() }
                waiting.removeFirst()
                guard PQexitPipelineMode(libpq) == 1 else {
                    caller.resume(throwing: lost().asUnsent)
                    return close(because: lost())
                }
                phase = .direct
                directID = id
                caller.resume()
                return
            }
        }
        flush()
    }

    /// Hands a group to libpq: what has to be prepared, the statements, and the mark that ends the group.
    private func send(_ operation: Operation) -> Bool {
        inFlight.append(operation)
        let names = plan(operation.queries)
        let unneeded = statements.takeDiscarded(except: Set(names.compactMap(\.name)))
        guard sendLettingGo(unneeded, for: operation) else { return false }
        for (query, (name, isNew)) in zip(operation.queries, names) {
            if isNew, let name {
                guard PQsendPrepare(libpq, name, query.sql, 0, nil) == 1 else { return false }
                operation.steps.append(.prepare(sql: query.sql))
            }
            guard send(query, named: name) else { return false }
            operation.steps.append(.execute)
        }
        return PQpipelineSync(libpq) == 1
    }

    /// Under which name each is sent, and whether it has to be prepared under it first.
    private func plan(_ queries: [PostgresQuery]) -> [(name: String?, isNew: Bool)] {
        var preparedHere: [String: String] = [:]
        return queries.map { query in
            if let own = preparedHere[query.sql] { return (own, false) }
            switch statements.plan(for: query.sql) {
            case .unnamed: return (nil, false)
            case .execute(let known): return (known, false)
            case .prepare(let new):
                preparedHere[query.sql] = new
                return (new, true)
            }
        }
    }

    /// A group of its own: the server refuses some statements, such as `CREATE DATABASE`, behind another in theirs.
    private func sendLettingGo(_ names: [String], for operation: Operation) -> Bool {
        guard !names.isEmpty else { return true }
        for name in names {
            guard PQsendQueryParams(libpq, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 0) == 1 else { return false }
            operation.steps.append(.letGo)
        }
        operation.steps.append(.mark)
        return PQpipelineSync(libpq) == 1
    }

    private func send(_ query: PostgresQuery, named name: String?) -> Bool {
        let count = Int32(query.parameters.count)
        return query.parameters.withPointers { values in
            if let name { return PQsendQueryPrepared(libpq, name, count, values, nil, nil, 0) == 1 }
            return PQsendQueryParams(libpq, query.sql, count, nil, values, nil, nil, 0) == 1
        }
    }

    /// Writes what libpq holds; the rest when the socket takes more.
    func flush() {
        switch PQflush(libpq) {
        case 0: watch?.wantsToWrite(false)
        case 1: watch?.wantsToWrite(true)
        default: close(because: lost())
        }
    }

    func writable() {
        if case .closed = phase { return }
        guard phase == .direct else { return flush() }
        // A failure to write is found again, and told, by whoever waits.
        if PQflush(libpq) <= 0 { watch?.wantsToWrite(false) }
        wakeDirect()
    }

    func readable() {
        if case .closed = phase { return }
        let isAlive = consumeInput()
        if phase == .direct {
            return isAlive ? wakeDirect() : close(because: lost())
        }
        takeResults()
        if case .closed = phase { return }
        guard isAlive else { return close(because: lost()) }
        if isDoomed && inFlight.isEmpty { return close(because: lost("the server ends the session")) }
        // Reading may have made room for libpq to send more.
        pump()
    }

    /// Takes in what the server sent.
    ///
    /// `PQconsumeInput` reads once, and takes the end of the stream for an event of its own. Dispatch (Linux) tells of
    /// a socket whose other end is gone only once, whatever is left in it: then all of it is taken, to the end.
    ///
    /// Returns whether the session is open still.
    private func consumeInput() -> Bool {
        while PQconsumeInput(libpq) == 1 {
            var state = pollfd(fd: PQsocket(libpq), events: 0, revents: 0)
            // Hang-ups are told without being asked for, and nothing more can arrive after one: the loop has an end.
            guard poll(&state, 1, 0) == 1 else { return true }
        }
        return false
    }

    private func takeResults() {
        // Every command's result is followed by one nil; several in a row mean that nothing more is to come.
        var nils = 0
        while PQisBusy(libpq) == 0, !inFlight.isEmpty, nils < 4 {
            if case .closed = phase { return }
            guard let result = PQgetResult(libpq) else {
                nils += 1
                continue
            }
            nils = 0
            take(result)
        }
    }

    private func take(_ result: OpaquePointer) {
        guard let operation = inFlight.first else { return PQclear(result) }
        let status = PQresultStatus(result)
        let step = operation.nextStep()
        if status == PGRES_PIPELINE_SYNC {
            PQclear(result)
            if step == .mark { return }
            inFlight.removeFirst()
            return finish(operation)
        }
        switch (status, step) {
        case (PGRES_COMMAND_OK, .execute), (PGRES_TUPLES_OK, .execute), (PGRES_EMPTY_QUERY, .execute):
            let answer = noting(PostgresResult(result))
            operation.add(answer)
            if operation.isShared && ["BEGIN", "START TRANSACTION"].contains(answer.command) {
                // What others sent would become part of it; closing undoes that and tells them.
                operation.fail(.unexpectedAnswer("a transaction needs a connection of its own"))
                close(because: lost("a statement on it began a transaction"))
            }
            return
        case (PGRES_COMMAND_OK, .prepare(let sql)): statements.ready(sql)
        case (PGRES_FATAL_ERROR, .letGo):
            // A name that the server does not know is let go of too. A request to stop was meant for what follows.
            guard operation.isAbandoned else { break }
            stoppedID = nil
            deliverStop(operation.id)
        case (_, .letGo): break
        case (PGRES_FATAL_ERROR, _), (PGRES_PIPELINE_ABORTED, _):
            if case .prepare(let sql) = step { statements.forget(sql) }
            if status == PGRES_FATAL_ERROR { operation.fail(failure(PostgresServerFailure(result))) }
        default:
            operation.fail(.unexpectedAnswer("COPY and scripts have calls of their own"))
            close(because: lost("a statement on it began a COPY"))
        }
        PQclear(result)
    }

    /// A success of the server, which may have told it to forget what is prepared.
    func noting(_ result: PostgresResult) -> PostgresResult {
        if ["DEALLOCATE ALL", "DISCARD ALL"].contains(result.command) { statements.forgetAll() }
        return result
    }

    /// What the server's report says about a statement, and about the session.
    func failure(_ report: PostgresServerFailure) -> PostgresError {
        if report.sqlState.endsSession { isDoomed = true }
        guard PQstatus(libpq) == CONNECTION_BAD || report.severity != "ERROR" else { return .server(report) }
        // The session ended while the statement ran: whether it took effect is not known.
        return .connectionLost(reason: "\(report)", statementSent: true)
    }

    private func finish(_ operation: Operation) {
        if shouldResend(operation) {
            operation.prepareToResend()
            waiting.insert(.statements(operation), at: 0)
        } else {
            operation.complete()
        }
        // The next one in line may have been given up on while it waited.
        if let next = inFlight.first, next.isAbandoned { deliverStop(next.id) }
    }

    /// Whether the failure came from something else than the statement, which left no trace: it was outside any
    /// transaction, alone in its group, and hit by a request to stop that was meant for its neighbour, or prepared in
    /// a form that the server no longer has.
    private func shouldResend(_ operation: Operation) -> Bool {
        guard let failure = operation.failure?.serverFailure, !operation.isAbandoned else { return false }
        if failure.isStalePlan {
            for query in operation.queries { statements.forget(query.sql) }
        } else if failure.sqlState == .unknownStatement {
            // Forgotten by the server behind our back, and hardly this one alone.
            statements.startAnew()
        } else if failure.sqlState != .queryCancelled || stoppedID == nil {
            return false
        }
        let isOutsideTransaction = operation.isShared || PQtransactionStatus(libpq) == PQTRANS_IDLE
        return !operation.wasResent && operation.queries.count == 1 && isOutsideTransaction
    }
}

extension PostgresError {
    /// The same end of a connection, for a caller whose statement was never sent.
    var asUnsent: PostgresError {
        switch self {
        case .connectionLost(let reason, _): .connectionLost(reason: reason, statementSent: false)
        case .closed: .closed
        default: .connectionLost(reason: description, statementSent: false)
        }
    }
}
