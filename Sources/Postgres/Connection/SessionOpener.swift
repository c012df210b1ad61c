import CLibPQ
import Dispatch

/// An open libpq connection in pipeline mode, on its way to the actor that will own it.
struct OpenSession: @unchecked Sendable {  // handed over once, between two actors on the same serial executor
    let libpq: OpaquePointer
}

/// Opens one session, without blocking: libpq says what it waits for, dispatch tells when it is there.
actor SessionOpener {
    private let executor: QueueExecutor
    private let configuration: PostgresConfiguration
    private var source: (any DispatchSourceProtocol)?
    private var stopped: PostgresError?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(executor: QueueExecutor, configuration: PostgresConfiguration) {
        self.executor = executor
        self.configuration = configuration
    }

    func open(attempt: Int) async throws -> OpenSession {
        let target = configuration.target.rotated(by: attempt)
        guard stopped == nil, let libpq = target.startConnecting(applicationName: configuration.applicationName) else {
            throw stopped ?? PostgresError.connectionFailed(reason: "out of memory")
        }
        let limit = configuration.connectTimeout
        executor.queue.asyncAfter(deadline: .now() + limit) {
            self.assumeIsolated {
                $0.stop(.connectionFailed(reason: "\(target) did not answer within \(limit)"))
            }
        }
        // Only so does the report of a refusal carry its SQLSTATE.
        PQsetErrorVerbosity(libpq, PQERRORS_VERBOSE)
        do {
            try await poll(libpq, target)
            PQsetNoticeProcessor(libpq, { _, _ in }, nil)  // libpq would print notices to standard error
            guard PQsetnonblocking(libpq, 1) == 0, PQenterPipelineMode(libpq) == 1 else {
                throw failure(of: libpq, target)
            }
            return OpenSession(libpq: libpq)
        } catch {
            PQfinish(libpq)
            throw error
        }
    }

    private func poll(_ libpq: OpaquePointer, _ target: PostgresTarget) async throws {
        if PQstatus(libpq) == CONNECTION_BAD { throw failure(of: libpq, target) }
        var state = PGRES_POLLING_WRITING
        while true {
            switch state {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_FAILED: throw failure(of: libpq, target)
            default: await socketIsReady(PQsocket(libpq), toRead: state == PGRES_POLLING_READING)
            }
            if let stopped { throw stopped }
            state = PQconnectPoll(libpq)
        }
    }

    /// Watches the socket for one event and lets go of it: the next step may close it and open another.
    private func socketIsReady(_ socket: Int32, toRead: Bool) async {
        guard socket >= 0, stopped == nil else { return }
        await withCheckedContinuation { ready in
            let source: any DispatchSourceProtocol =
                toRead
                ? DispatchSource.makeReadSource(fileDescriptor: socket, queue: executor.queue)
                : DispatchSource.makeWriteSource(fileDescriptor: socket, queue: executor.queue)
            source.setEventHandler { self.assumeIsolated { $0.source?.cancel() } }
            source.setCancelHandler { ready.resume() }
            self.source = source
            source.resume()
        }
        source = nil
    }

    func stop(_ error: PostgresError) {
        stopped = stopped ?? error
        source?.cancel()
    }

    private func failure(of libpq: OpaquePointer, _ target: PostgresTarget) -> PostgresError {
        let refusal = ConnectionRefusal(report: target.redacted(String(cString: PQerrorMessage(libpq))))
        return .connectionFailed(reason: refusal.reason, sqlState: refusal.sqlState)
    }
}

/// libpq's report of a connection that was refused, which is a text: `…: FATAL:  28P01: password authentication …`.
package struct ConnectionRefusal: Equatable {
    package let reason: String
    package let sqlState: SQLState?

    package init(report: String) {
        let lines = report.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }
        reason = lines.joined(separator: "; ")
        let code = report.split(separator: " ").first { word in
            word.utf8.count == 6 && word.hasSuffix(":")
                && word.utf8.dropLast().allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
                && word.utf8.contains { (48...57).contains($0) }
        }
        sqlState = code.map { SQLState(rawValue: String($0.dropLast())) }
    }
}
