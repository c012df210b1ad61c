import NIOCore

/// One deadline that moves often: moving it later costs nothing, because the timer looks again when it fires.
///
/// A keep-alive connection moves its deadline with each request; cancelling and scheduling a timer each time would cost
/// more than parsing the request.
final class LazyDeadline {
    private let eventLoop: any EventLoop
    private var onExpiry: (() -> Void)?
    private var deadline: NIODeadline?
    private var scheduled: (task: Scheduled<Void>, at: NIODeadline)?

    init(eventLoop: any EventLoop, onExpiry: @escaping () -> Void) {
        self.eventLoop = eventLoop
        self.onExpiry = onExpiry
    }

    func set(in amount: TimeAmount) {
        let deadline = eventLoop.now + amount
        self.deadline = deadline
        if let scheduled {
            guard deadline < scheduled.at else { return }
            scheduled.task.cancel()
        }
        schedule(at: deadline)
    }

    func clear() {
        deadline = nil
    }

    /// Ends it for good.
    func cancel() {
        deadline = nil
        onExpiry = nil
        scheduled?.task.cancel()
        scheduled = nil
    }

    private func schedule(at time: NIODeadline) {
        let task = eventLoop.assumeIsolated().scheduleTask(deadline: time) { [self] in
            scheduled = nil
            guard let deadline else { return }
            guard eventLoop.now >= deadline else { return schedule(at: deadline) }
            self.deadline = nil
            onExpiry?()
        }
        scheduled = (task, time)
    }
}
