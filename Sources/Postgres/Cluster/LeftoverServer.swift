import Foundation
import Glibc
import Logging

/// A server that outlived the program that started it: where the system passes on no death signal, or while it still
/// obeys one.
enum LeftoverServer {
    /// How long the remains of a process may stay in the system's table: an `init` may look for them every few seconds.
    private static let reapingLimit = Duration.seconds(15)

    /// Stops it, after making sure that it serves this cluster; we hold the cluster's lock, so nobody else needs it.
    ///
    /// A lock file whose process has ended is PostgreSQL's own affair: it recognises and replaces it.
    ///
    /// - Throws: ``ClusterError/staleLock(file:process:command:)`` when the lock file names a process that is no server
    ///   of this cluster and that PostgreSQL would take for one; ``ClusterError/leftoverServer(process:)``.
    static func stop(_ layout: ClusterLayout, _ account: ServerAccount, logger: Logger) async throws {
        if let process = postmaster(layout) {
            if ProcessTable.serves(process, layout.data) {
                logger.warning(
                    "A database server of an earlier run is stopped first",
                    metadata: ["process": "\(process)"]
                )
                try await end(
                    [process],
                    signals: [(SIGINT, .seconds(10)), (SIGQUIT, .seconds(5)), (SIGKILL, .seconds(30))]
                )
            }
            try await waitUntilUnnamed(process, layout, account, logger)
        }
        // Sessions of a server that was killed; they hold the shared memory that the next one needs.
        try await end(
            ProcessTable.servers(of: layout.data),
            signals: [(SIGQUIT, .seconds(2)), (SIGKILL, .seconds(30))]
        )
    }

    /// Makes sure that PostgreSQL will not take the process that the lock file names for a server.
    ///
    /// PostgreSQL asks whether it could signal the process. One of its own user stands in its way, and so do the
    /// remains of one that was killed, until its parent, often the system's `init`, has taken note of its end.
    private static func waitUntilUnnamed(
        _ process: pid_t,
        _ layout: ClusterLayout,
        _ account: ServerAccount,
        _ logger: Logger
    ) async throws {
        let deadline = ContinuousClock.now + reapingLimit
        var isAnnounced = false
        while postmaster(layout) == process, ProcessTable.user(of: process) == account.userID {
            guard !ProcessTable.isAlive(process), ContinuousClock.now < deadline else {
                throw ClusterError.staleLock(
                    file: layout.postmasterFile,
                    process: process,
                    command: ProcessTable.command(of: process)
                )
            }
            if !isAnnounced {
                logger.info(
                    "The remains of a killed database server are waited for",
                    metadata: ["process": "\(process)"]
                )
            }
            isAnnounced = true
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func postmaster(_ layout: ClusterLayout) -> pid_t? {
        let text = try? String(contentsOfFile: layout.postmasterFile, encoding: .utf8)
        return text?.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    private static func end(_ processes: [pid_t], signals: [(Int32, Duration)]) async throws {
        var alive = processes
        for (signal, limit) in signals {
            for process in alive { kill(process, signal) }
            let deadline = ContinuousClock.now + limit
            while !alive.isEmpty, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
                alive = alive.filter { ProcessTable.isAlive($0) }
            }
        }
        if let process = alive.first { throw ClusterError.leftoverServer(process: process) }
    }
}
