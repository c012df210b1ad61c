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
            do { answer = .success(try await body()) } catch { answer = .failure(error) }
            try await leaveSession()
            return try answer.get()
        } onCancel: {
            executor.queue.async { self.assumeIsolated { $0.stop(id, .cancelled) } }
        }
    }

    /// Back to pipeline mode; what was stopped half-way is read to its end first.
    private func leaveSession() async throws {
        defer {
            directID = nil
            directStop = nil
        }
        if case .closed = phase { return }
        let reason = directStop
        _ = try? await directResults(evenIfStopped: true)
        if case .closed = phase { throw reason ?? PostgresError.closed }
        guard PQenterPipelineMode(libpq) == 1 else { return close(because: lost()) }
        phase = .pipeline
        pump()
    }

    /// Waits until all that libpq holds is written, reading meanwhile.
    func flushDirect() async throws {
        while true {
            switch PQflush(libpq) {
            case 0: return
            case 1:
                watch?.wantsToWrite(true)
                try await socketEvent()
                watch?.wantsToWrite(false)
            default: throw lost()
            }
        }
    }

    /// The results up to the end of what was sent; the first failure is thrown once all are read.
    func directResults(evenIfStopped: Bool = false) async throws -> [PostgresResult] {
        var results: [PostgresResult] = []
        var failure: PostgresError?
        while true {
            while PQisBusy(libpq) == 1 { try await socketEvent(evenIfStopped: evenIfStopped) }
            guard let result = PQgetResult(libpq) else { break }
            switch PQresultStatus(result) {
            case PGRES_FATAL_ERROR:
                let report = PostgresServerFailure(result)
                if report.sqlState.endsSession { isDoomed = true }
                failure = failure ?? .server(report)
                PQclear(result)
            case PGRES_COPY_IN:
                // libpq repeats this result until the COPY is ended.
                PQclear(result)
                return results
            case PGRES_COPY_OUT, PGRES_COPY_BOTH:
                PQclear(result)
                close(because: .unexpectedAnswer("the server sends a COPY, which nothing here reads"))
                throw PostgresError.unexpectedAnswer("COPY TO is not for scripts")
            default: results.append(PostgresResult(result))
            }
        }
        if let failure { throw failure }
        return results
    }

    /// Waits for the socket: input that has been taken in, or room to write.
    func socketEvent(evenIfStopped: Bool = false) async throws {
        if case .closed(let error) = phase { throw error }
        if let directStop, !evenIfStopped { throw directStop }
        try await withCheckedThrowingContinuation { directWaiter = $0 }
        if case .closed(let error) = phase { throw directStop ?? error }
        if let directStop, !evenIfStopped { throw directStop }
    }

    func wakeDirect() {
        directWaiter?.resume()
        directWaiter = nil
    }
}
