import NIOCore

/// Runs the tasks of a connection on the connection's own event loop.
///
/// A request otherwise wakes a thread of the shared pool to be read and the event loop's to be answered, and back again,
/// which costs more than a small answer does. What waits for a database or a password hash gives the loop back
/// meanwhile, and nothing that blocks may run in a handler anyway.
final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
