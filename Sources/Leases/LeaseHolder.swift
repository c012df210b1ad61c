package import Logging
import ServiceLifecycle
import Synchronization

/// Asks for the lease of a job again and again, and knows whether it has it.
///
/// One that is killed is followed by another within ``length`` and a ``pace``. One that was stopped for longer than its
/// lease and goes on unaware writes under a token that is refused.
package final class LeaseHolder: Service {
    package static let length = Duration.seconds(3)
    package static let pace = Duration.seconds(1)

    private struct Held {
        var fence: Fence
        /// Milliseconds of the own clock.
        var until: Int64
    }

    package let job: String
    private let holder: String
    private let store: LeaseStore
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let held = Mutex<Held?>(nil)

    /// - Parameters:
    ///   - job: what only one process does.
    ///   - holder: names this process; another name for each start.
    ///   - store: where all processes look.
    ///   - now: milliseconds of a clock that does not go back.
    ///   - logger: told when the job changes hands.
    package init(
        job: String,
        holder: String,
        store: LeaseStore,
        now: @escaping @Sendable () -> Int64,
        logger: Logger
    ) {
        self.job = job
        self.holder = holder
        self.store = store
        self.now = now
        self.logger = logger
    }

    /// Whether this process does the job.
    package var isHeld: Bool { (try? fence()) != nil }

    /// What writes of the job have to carry.
    ///
    /// - Throws: ``LeaseLost`` where this process does not have the lease, or could not renew it in time.
    package func fence() throws(LeaseLost) -> Fence {
        guard let held = held.withLock({ $0 }), now() < held.until else { throw LeaseLost(job: job) }
        return held.fence
    }

    /// Asks once.
    ///
    /// - Throws: the store's failure; what is held until then is held until its time is over.
    package func ask() async throws {
        // Counted from before the question: the store's own count began later.
        let asked = now()
        let fence = try await store.take(job, holder, Self.length)
        let before = held.withLock { held in
            let before = held?.fence
            held = fence.map { Held(fence: $0, until: asked + Self.milliseconds(Self.length)) }
            return before
        }
        if let fence, fence != before {
            logger.notice("This process does a job now", metadata: ["job": "\(job)", "token": "\(fence.token)"])
        } else if fence == nil, before != nil {
            logger.notice("Another process does a job now", metadata: ["job": "\(job)"])
        }
    }

    /// Gives the job up.
    ///
    /// - Throws: the store's failure; the lease then ends by itself.
    package func release() async throws {
        let had = held.withLock { held in
            defer { held = nil }
            return held != nil
        }
        if had { try await store.release(job, holder) }
    }

    /// Asks until the graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var isFailing = false
            while !Task.isCancelled {
                do {
                    try await ask()
                    isFailing = false
                } catch {
                    if !isFailing, !Task.isCancelled {
                        logger.warning(
                            "A lease could not be asked for",
                            metadata: ["job": "\(job)", "error": "\(error)"]
                        )
                    }
                    isFailing = true
                }
                try? await Task.sleep(for: Self.pace)
            }
        }
        // A database that is away must not hold up the shutdown; the lease ends without it.
        try? await release()
    }

    private static func milliseconds(_ duration: Duration) -> Int64 { Int64(duration / .milliseconds(1)) }
}
