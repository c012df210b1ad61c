import CLibPQ
import Dispatch

extension PostgresConnection {
    /// Runs several statements written as one text, separated by semicolons, with no values bound: a migration.
    ///
    /// Outside a transaction they are one by themselves.
    ///
    /// - Throws: ``PostgresError``.
    package func executeScript(_ sql: String, timeout: Duration = .seconds(60)) async throws {
        guard !sql.utf8.contains(0) else {
            throw PostgresError.unexpectedAnswer("the script contains the character U+0000")
        }
        try await withSession(timeout: timeout) {
            guard PQsendQuery(self.libpq, sql) == 1 else { throw self.lost().asUnsent }
            try await self.flushDirect()
            _ = try await self.directResults()
            if self.isTakingRows { throw PostgresError.unexpectedAnswer("COPY FROM is not for scripts") }
        }
    }

    /// Takes the whole session, out of pipeline mode, for the time of the body.
    ///
    /// `timeout`: the time allowed for all of it, the wait for the session included.
    func withSession<T: Sendable>(timeout: Duration, _ body: () async throws -> T) async throws -> T {
        if case .closed(let error) = phase { throw error.asUnsent }
        lastID += 1
        let id = lastID
        return try await withTaskCancellationHandler {
            if Task.isCancelled { throw PostgresError.cancelled }
            executor.queue.asyncAfter(deadline: .now() + timeout) {
                self.assumeIsolated { $0.stop(id, .timedOut(after: timeout)) }
            }
            try await withCheckedThrowingContinuation { caller in
                waiting.append(.direct(id: id, caller))
                pump()
            }
            let answer: Result<T, any Error>
            do {
                // The session may have been stopped, or lost, in the moment in which the turn came.
                try checkSession()
                answer = .success(try await body())
            } catch {
                answer = .failure(error)
            }
            await leaveSession()
            return try answer.get()
        } onCancel: {
            executor.queue.async { self.assumeIsolated { $0.stop(id, .cancelled) } }
        }
    }

    /// Back to pipeline mode; what failed or was stopped half-way is written and read to its end first.
    ///
    /// A stopped session that does not come to its end is closed when its grace is over.
    private func leaveSession() async {
        defer {
            directID = nil
            directStop = nil
        }
        repeat {
            // While it waits for rows, the server is deaf to a request to stop: it is told that none will come.
            if isTakingRows && !endRows(failing: "the rows were given up") { return close(because: lost()) }
            // What these throw is a consequence of what the caller is told already.
            try? await flushDirect(evenIfStopped: true)
            _ = try? await directResults(evenIfStopped: true)
        } while isTakingRows
        if isClosed { return }
        if isDoomed { return close(because: lost("the server ends the session")) }
        guard PQstatus(libpq) == CONNECTION_OK, PQenterPipelineMode(libpq) == 1 else { return close(because: lost()) }
        phase = .pipeline
        pump()
    }

    /// Tells the server that no more rows come, and, with a reason, that those sent are to be undone.
    func endRows(failing reason: String? = nil) -> Bool {
        isTakingRows = false
        return !isClosed && PQputCopyEnd(libpq, reason) == 1
    }

    /// Waits until all that libpq holds is written, reading meanwhile.
    func flushDirect(evenIfStopped: Bool = false) async throws {
        defer { watch?.wantsToWrite(false) }
        try checkSession(evenIfStopped: evenIfStopped)
        while true {
            switch PQflush(libpq) {
            case 0: return
            case 1:
                watch?.wantsToWrite(true)
                try await socketEvent(evenIfStopped: evenIfStopped)
            default: throw lost()
            }
        }
    }

    /// The results up to the end of what was sent; the first failure is thrown once all are read.
    func directResults(evenIfStopped: Bool = false) async throws -> [PostgresResult] {
        var results: [PostgresResult] = []
        var failure: PostgresError?
        try checkSession(evenIfStopped: evenIfStopped)
        while true {
            while PQisBusy(libpq) == 1 { try await socketEvent(evenIfStopped: evenIfStopped) }
            guard let result = PQgetResult(libpq) else { break }
            switch PQresultStatus(result) {
            case PGRES_FATAL_ERROR:
                failure = failure ?? self.failure(PostgresServerFailure(result))
                PQclear(result)
            case PGRES_COPY_IN:
                // libpq repeats this result until the COPY is ended.
                PQclear(result)
                isTakingRows = true
                return results
            case PGRES_COPY_OUT, PGRES_COPY_BOTH:
                PQclear(result)
                close(because: .unexpectedAnswer("the server sends a COPY, which nothing here reads"))
                throw PostgresError.unexpectedAnswer("COPY TO is not for scripts")
            default: results.append(noting(PostgresResult(result)))
            }
        }
        if let failure { throw failure }
        return results
    }

    /// Waits for the socket: input that has been taken in, or room to write.
    private func socketEvent(evenIfStopped: Bool) async throws {
        try await withCheckedThrowingContinuation { directWaiter = $0 }
        try checkSession(evenIfStopped: evenIfStopped)
    }

    /// Makes sure that libpq may still be called, and is wanted to be.
    func checkSession(evenIfStopped: Bool = false) throws {
        if case .closed(let error) = phase { throw directStop ?? error }
        if let directStop, !evenIfStopped { throw directStop }
    }

    func wakeDirect() {
        directWaiter?.resume()
        directWaiter = nil
    }
}
