import Foundation
import Glibc
import Logging
import Synchronization

/// Keeps one server process running: starts it, waits for its end, and starts it again with growing pauses.
///
/// All of it happens on one thread, which lives as long as the program: the kernel tells the server of our death when
/// the thread that started it ends.
final class ServerKeeper: Sendable {
    private struct State {
        var process: pid_t?
        var isStopping = false
        var hasEnded = false
        /// Start the server again when it ends; off until it has run once.
        var restarts = false
    }

    private let command: [String]
    private let data: String
    private let log: ServerLog
    private let logger: Logger
    private let state = Mutex(State())
    private let stopRequest = DispatchSemaphore(value: 0)

    init(command: [String], data: String, log: ServerLog, logger: Logger) {
        self.command = command
        self.data = data
        self.log = log
        self.logger = logger
    }

    var process: pid_t? { state.withLock { $0.process } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    func start() {
        let thread = Thread { [self] in keep() }
        thread.name = "postgres.keeper"
        thread.start()
    }

    /// From now on a server that ends is started again.
    func restartWhenItEnds() { state.withLock { $0.restarts = true } }

    private func keep() {
        var backoff = Backoff(first: .milliseconds(100), longest: .seconds(5))
        while !state.withLock({ $0.isStopping }) {
            let started = ContinuousClock.now
            let end = runOnce()
            guard state.withLock({ $0.restarts && !$0.isStopping }) else { break }
            if ContinuousClock.now - started > .seconds(60) { backoff.reset() }
            let pause = backoff.next()
            logger.error(
                "The database server ended and is started again",
                metadata: ["end": "\(end)", "pause": "\(pause)", "last_words": "\(log.lastWords)"]
            )
            endRemains()
            self.pause(for: pause)
        }
        state.withLock { $0.hasEnded = true }
    }

    private func runOnce() -> String {
        do {
            let process = try ChildProcess.start(command, output: log.input)
            let isStopping = state.withLock { state in
                state.process = process
                return state.isStopping
            }
            // A stop that came while it started found no process to tell.
            if isStopping { kill(process, SIGINT) }
            ChildProcess.waitUntilEnded(process)
            // Forgotten before its number is free for another process, which a late signal would hit.
            state.withLock { $0.process = nil }
            return ChildProcess.wait(for: process) ?? "exit status 0"
        } catch {
            return "\(error)"
        }
    }

    private func pause(for duration: Duration) {
        // A request to stop cuts this pause short, and those after it.
        if stopRequest.wait(timeout: .now() + duration) == .success { stopRequest.signal() }
    }

    /// Ends what a killed server left: its sessions hold the shared memory that the next one needs.
    private func endRemains() {
        for signal in [SIGQUIT, SIGKILL] {
            let deadline = ContinuousClock.now + .seconds(2)
            while ContinuousClock.now < deadline {
                let remains = ProcessTable.servers(of: data)
                if remains.isEmpty { return }
                for process in remains { kill(process, signal) }
                pause(for: .milliseconds(50))
            }
        }
    }

    /// Stops the server and does not start it again: first asking it to end its sessions and write a checkpoint, then,
    /// when that takes longer than `patience`, to leave at once and recover at the next start.
    func stop(patience: Duration) async {
        state.withLock { $0.isStopping = true }
        stopRequest.signal()
        for (signal, limit) in [(SIGINT, patience), (SIGQUIT, .seconds(2)), (SIGKILL, .seconds(2))] {
            state.withLock { state in if let process = state.process { kill(process, signal) } }
            if await hasEnded(within: limit) { return }
            logger.warning("The database server is slow to stop", metadata: ["signal": "\(signal)"])
        }
    }

    /// Waits for the thread's end, or for the limit.
    private func hasEnded(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while !hasEnded, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        return hasEnded
    }
}
