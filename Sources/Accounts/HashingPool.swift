import Foundation
import Synchronization

/// A fixed number of threads with a short queue, for work that would block an event loop or the cooperative pool.
///
/// Memory is bounded: `workers` hashes at a time, `queueLimit` waiting. More are refused at once, with the time after
/// which there is probably room. Work whose caller has gone is taken out of the queue unless it has begun.
package final class HashingPool: Sendable {
    private let core: Core

    package init(workers: Int, queueLimit: Int) {
        precondition(workers > 0 && queueLimit > 0, "a hashing pool needs a worker and a place to wait")
        core = Core(workers: workers, queueLimit: queueLimit)
        for number in 1...workers {
            let thread = Thread { [core] in core.work() }
            thread.name = "hashing-\(number)"
            thread.start()
        }
    }

    deinit { core.stop() }

    /// Waiting and running work.
    package var load: Int { core.state.withLock { $0.waiting.count + $0.running } }

    /// Runs the work on one of the threads.
    ///
    /// - Throws: ``AccountError/hashingBusy(retryAfterSeconds:)`` when the queue is full, `CancellationError` when the
    ///   task was cancelled before the work began, or what the work throws.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        let id = core.nextID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
                let job = Job(
                    id: id,
                    run: { continuation.resume(with: Result(catching: work)) },
                    abandon: { continuation.resume(throwing: $0) }
                )
                if let refusal = core.enqueue(job, isCancelled: Task.isCancelled) { job.abandon(refusal) }
            }
        } onCancel: {
            core.cancel(id)
        }
    }
}

private struct Job: Sendable {
    let id: UInt64
    let run: @Sendable () -> Void
    let abandon: @Sendable (any Error) -> Void
}

/// What the threads share; it outlives the pool until the last thread has left.
private final class Core: Sendable {
    struct State {
        /// First in, first out; short, so removing from its front is cheap.
        var waiting: [Job] = []
        var running = 0
        var lastID: UInt64 = 0
        var isStopped = false
        /// Smoothed duration of one job, in seconds; a first guess until one was measured.
        var typicalSeconds = 0.2
    }

    let state = Mutex(State())
    /// Counts waiting jobs; a count without a job (cancelled, stopped) wakes a thread for nothing.
    private let available = DispatchSemaphore(value: 0)
    private let workers: Int
    private let queueLimit: Int

    init(workers: Int, queueLimit: Int) {
        self.workers = workers
        self.queueLimit = queueLimit
    }

    func nextID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Nil when the job was taken, else why not.
    ///
    /// A task cancelled in the moment between the question and the lock has its work done for nothing; no more than that.
    func enqueue(_ job: Job, isCancelled: Bool) -> (any Error)? {
        let refusal: (any Error)? = state.withLock { state in
            if isCancelled || state.isStopped { return CancellationError() }
            guard state.waiting.count < queueLimit else {
                let queued = Double(state.waiting.count + state.running) * state.typicalSeconds / Double(workers)
                return AccountError.hashingBusy(retryAfterSeconds: min(60, max(1, Int(queued.rounded(.up)))))
            }
            state.waiting.append(job)
            return nil
        }
        if refusal == nil { available.signal() }
        return refusal
    }

    func cancel(_ id: UInt64) {
        let job: Job? = state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiting.remove(at: index)
        }
        job?.abandon(CancellationError())
    }

    func stop() {
        let abandoned = state.withLock { state in
            state.isStopped = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for job in abandoned { job.abandon(CancellationError()) }
        for _ in 0..<workers { available.signal() }
    }

    /// The life of one thread.
    func work() {
        // On Linux this lowers the calling thread alone: under a storm of logins the event loops get the processor first.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
        while true {
            available.wait()
            let (job, isStopped) = state.withLock { state -> (Job?, Bool) in
                guard !state.waiting.isEmpty else { return (nil, state.isStopped) }
                state.running += 1
                return (state.waiting.removeFirst(), false)
            }
            if isStopped { return }
            guard let job else { continue }
            let begin = ContinuousClock.now
            job.run()
            let seconds = (ContinuousClock.now - begin) / .seconds(1)
            state.withLock { state in
                state.running -= 1
                state.typicalSeconds += (seconds - state.typicalSeconds) / 8
            }
        }
    }
}
