import Logging
import Markets
import NIOCore
import WebSockets

/// Runs one ``ConnectionMachine`` over a WebSocket; lives on its event loop and is only touched there.
///
/// Messages go straight from the socket to the reader, on the loop and without a task; one timer serves every deadline
/// of the machine.
final class VenueConnection {
    /// What the reader makes of a message.
    enum Reading {
        case market(StreamGroup)
        /// Understood, or refused and counted, and nothing to the connection.
        case nothing
        case event(ConnectionMachine.Event)
    }

    /// What the owner is told, on the loop.
    struct Observer {
        var read: (_ message: ByteBuffer) -> Reading
        /// What the connection carried is interrupted.
        var lost: () -> Void
        /// What the machine decided; it is done already.
        var acted: (ConnectionMachine.Action) -> Void
        /// ``phase`` may have changed.
        var changed: () -> Void
    }

    private let client: WebSocketClient
    private let eventLoop: any EventLoop
    private let dialect: any VenueDialect
    private let attempts: AttemptBudget
    private let observer: Observer
    private let logger: Logger
    private var machine: ConnectionMachine
    private var random = SystemRandomNumberGenerator()
    private var connection: WebSocketConnection?
    /// Counts connection attempts: what belongs to an earlier one is ignored.
    private var attempt = 0
    private var timer: (deadline: NIODeadline, scheduled: Scheduled<Void>)?

    init(
        dialect: any VenueDialect,
        policy: ConnectionPolicy,
        attempts: AttemptBudget,
        client: WebSocketClient,
        eventLoop: any EventLoop,
        observer: Observer,
        logger: Logger
    ) {
        self.dialect = dialect
        self.attempts = attempts
        self.client = client
        self.eventLoop = eventLoop
        self.observer = observer
        self.logger = logger
        machine = ConnectionMachine(policy: policy)
    }

    var phase: ConnectionMachine.Phase { machine.phase }
    var reconnects: Int { machine.reconnects }

    func start(streams: [VenueStream]) {
        handle(.wanted(streams))
        handle(.start)
    }

    func change(streams: [VenueStream]) { handle(.wanted(streams)) }

    /// Leaves a stream and takes it again, so that the venue starts it over.
    func renew(stream: String) { handle(.renew([stream])) }

    /// Closes the connection; the future is done when it is gone.
    func stop() -> EventLoopFuture<Void> {
        let closed = connection?.closed.map { _ in } ?? eventLoop.makeSucceededVoidFuture()
        handle(.stop)
        timer?.scheduled.cancel()
        timer = nil
        return closed
    }

    /// Closes a connection that has been replaced, and reads on until the venue has answered that: what it sent before
    /// its successor heard anything has all come when the owner is told ``Observer/lost``.
    func retire() {
        if let connection { connection.close() } else { handle(.stop) }
    }

    private func handle(_ event: ConnectionMachine.Event) {
        eventLoop.preconditionInEventLoop()
        let actions = machine.handle(event, at: .now(), using: &random)
        for action in actions {
            perform(action)
            observer.acted(action)
        }
        schedule()
        if !actions.isEmpty { observer.changed() }
    }

    private func perform(_ action: ConnectionMachine.Action) {
        switch action {
        case .connect: connect()
        case .subscribe(let id, let streams): send(dialect.subscription(id: id, streams: streams))
        case .unsubscribe(let id, let streams): send(dialect.unsubscription(id: id, streams: streams))
        case .ping(let text): send(text)
        case .disconnect:
            attempt += 1
            connection?.close()
            connection = nil
            observer.lost()
        case .live: break
        case .replace: logger.info("A venue connection is old and is being replaced.")
        case .refused(let streams):
            logger.warning(
                "The venue refused streams.",
                metadata: ["count": "\(streams.count)", "first": "\(streams.first ?? "")"]
            )
        case .waiting(let fault, let wait):
            logger.log(
                level: fault == .planned ? .info : .warning,
                "A venue connection ended and will be made again.",
                metadata: ["reason": "\(fault)", "wait_ms": "\(wait.nanoseconds / 1_000_000)"]
            )
        }
    }

    private func send(_ text: String) { connection?.sendNow(.text(text)) }

    private func connect() {
        attempt += 1
        if let wait = attempts.claim(at: .now()) {
            handle(.postponed(wait))
            return
        }
        let attempt = attempt
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        client.connect(to: dialect.url, on: eventLoop) { _, message in
            bound.value.received(message, attempt: attempt)
        }.whenComplete { result in
            bound.value.connected(result, attempt: attempt)
        }
    }

    private func connected(_ result: Result<WebSocketConnection, any Error>, attempt: Int) {
        guard attempt == self.attempt else {
            if case .success(let late) = result { late.close() }
            return
        }
        switch result {
        case .success(let connection):
            self.connection = connection
            handle(.opened)
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            connection.closed.whenComplete { _ in bound.value.ended(attempt: attempt) }
        case .failure(let error):
            handle(.openFailed(retryAfter: Self.retryAfter(error)))
        }
    }

    private static func retryAfter(_ error: any Error) -> TimeAmount? {
        guard case WebSocketError.handshakeRefused(_, let seconds?, _) = error else { return nil }
        return .seconds(Int64(min(max(seconds, 0), 3600)))
    }

    private func ended(attempt: Int) {
        guard attempt == self.attempt else { return }
        connection = nil
        observer.lost()
        handle(.closed)
    }

    private func received(_ message: WebSocketMessage, attempt: Int) {
        guard attempt == self.attempt else { return }
        switch observer.read(message.payload) {
        case .market(let group): machine.heard(group, at: .now())
        case .nothing: break
        case .event(let event): handle(event)
        }
    }

    /// Keeps one timer at the machine's next deadline or before it: one that comes early just looks again, so that a
    /// silence deadline, which every message moves, costs no timer per message.
    private func schedule() {
        guard let deadline = machine.nextDeadline else {
            timer?.scheduled.cancel()
            timer = nil
            return
        }
        if let timer, timer.deadline <= deadline { return }
        timer?.scheduled.cancel()
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let scheduled = eventLoop.scheduleTask(deadline: deadline) {
            bound.value.timer = nil
            bound.value.handle(.timer)
        }
        timer = (deadline, scheduled)
    }
}
