import Dispatch

/// The thread of one connection at a time: its actor's jobs, its socket's events and its timers all run on one serial
/// dispatch queue, so that libpq, which is not safe for use from two threads, never is.
///
/// Dispatch gives a serial queue a thread of its own when it needs one: a name lookup inside libpq holds up this
/// connection and nobody else.
final class ConnectionExecutor: SerialExecutor {
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
