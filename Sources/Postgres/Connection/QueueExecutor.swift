import Dispatch

/// Runs an actor on a serial dispatch queue of its own, one thread at a time and never one of the shared pool.
///
/// A connection's jobs, its socket's events and its timers all run there, so that libpq, which is not safe for use from
/// two threads, never is. Dispatch gives a serial queue a thread of its own when it needs one: what blocks, such as a
/// name lookup inside libpq, holds up this actor and nobody else.
final class QueueExecutor: SerialExecutor {
    let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedSerialExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
