import NIOCore

/// One connection on its event loop: commands out, answers in, in order; and what is published, where it listens.
///
/// It knows nothing of reconnecting: whatever is wrong ends it, and all who wait hear why.
final class RedisHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let configuration: RedisConfiguration
    private let reader: ReplyReader
    /// Nil: no message is expected.
    private let heard: (@Sendable (RedisMessage) -> Void)?
    private let ended: @Sendable (RedisError) -> Void
    private var context: ChannelHandlerContext?
    private var pending = PendingCommands()
    private var lastReadAt: NIODeadline = .distantPast
    private var check: (task: Scheduled<Void>, at: NIODeadline)?
    private var isFlushDue = false
    /// Why it ended.
    private var failure: RedisError?

    /// - Parameters:
    ///   - configuration: bounds and limits of time.
    ///   - heard: takes what is published, on the event loop; nil where nothing is listened to.
    ///   - ended: told once, after everybody who waited.
    init(
        _ configuration: RedisConfiguration,
        heard: (@Sendable (RedisMessage) -> Void)?,
        ended: @escaping @Sendable (RedisError) -> Void
    ) {
        self.configuration = configuration
        self.heard = heard
        self.ended = ended
        reader = ReplyReader(limits: configuration.limits)
    }

    // MARK: Out

    /// Sends a command; the commands of one turn of the loop go out together.
    func send(_ command: RedisCommand, _ promise: EventLoopPromise<RedisValue>) {
        let bytes = command.encoded.readableBytes
        if let failure { return promise.fail(RedisError.unavailable(reason: failure.description)) }
        guard let context else { return promise.fail(RedisError.unavailable(reason: "it is not open")) }
        guard pending.count < configuration.maximumPending, pending.bytes + bytes <= configuration.maximumPendingBytes
        else { return promise.fail(RedisError.queueFull(waiting: pending.count)) }
        let now = context.eventLoop.now
        pending.append(promise, bytes: bytes, at: now)
        context.write(wrapOutboundOut(command.encoded), promise: nil)
        if !isFlushDue {
            isFlushDue = true
            let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
            context.eventLoop.execute { bound.value.handler.flush(bound.value.context) }
        }
        scheduleCheck(context, at: now + configuration.commandTimeout)
    }

    private func flush(_ context: ChannelHandlerContext) {
        isFlushDue = false
        context.flush()
    }

    // MARK: In

    // Not when it becomes active: who connects hears of that before, and sends at once.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        lastReadAt = context.eventLoop.now
        scheduleCheck(context, at: lastReadAt + configuration.heartbeat)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard failure == nil else { return }
        lastReadAt = context.eventLoop.now
        do {
            try reader.feed(unwrapInboundIn(data))
            while failure == nil, let value = try reader.next() { try take(value) }
        } catch {
            fail(context, error)
        }
    }

    private func take(_ value: RedisValue) throws(RedisError) {
        if let heard, let news = RedisNews(value) {
            switch news {
            case .message(let message): return heard(message)
            // The channel's slot has moved to another server: the next connection goes there.
            case .unsubscribed: throw .connectionLost(reason: "the server does not carry the channel any more")
            }
        }
        guard let waiter = pending.removeOldest() else { throw .protocolViolation("an answer to nothing") }
        waiter.hear(value)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(context, .connectionLost(reason: ConnectFailure.words(error)))
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(failure ?? .connectionLost(reason: "the server closed it"))
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end(failure ?? .connectionLost(reason: "it never opened")) }

    // MARK: Ending

    private func fail(_ context: ChannelHandlerContext, _ error: RedisError) {
        if failure == nil { failure = error }
        context.close(promise: nil)
    }

    private func end(_ error: RedisError) {
        guard context != nil else { return }
        failure = error
        context = nil
        check?.task.cancel()
        check = nil
        for promise in pending.removeAll() { promise.fail(error) }
        ended(error)
    }

    // MARK: Time

    private func scheduleCheck(_ context: ChannelHandlerContext, at time: NIODeadline) {
        if let check {
            if check.at <= time { return }
            check.task.cancel()
        }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(deadline: time) { bound.value.handler.checkTime(bound.value.context) }
        check = (task, time)
    }

    /// Lets go of who has waited too long, gives a silent connection up, and asks a quiet one.
    private func checkTime(_ context: ChannelHandlerContext) {
        check = nil
        guard self.context != nil, failure == nil else { return }
        let now = context.eventLoop.now
        let limit = configuration.commandTimeout
        for promise in pending.expire(sentBefore: now - limit) {
            promise.fail(RedisError.timedOut(after: .nanoseconds(limit.nanoseconds)))
        }
        if let oldest = pending.oldest, max(oldest, lastReadAt) + configuration.silenceLimit <= now {
            return fail(context, .connectionLost(reason: "the server is silent"))
        }
        if pending.count == 0, lastReadAt + configuration.heartbeat <= now {
            send(RedisCommand("PING", route: .anywhere), context.eventLoop.makePromise())
        }
        var next =
            pending.oldest.map { max($0, lastReadAt) + configuration.silenceLimit }
            ?? lastReadAt + configuration.heartbeat
        if let wanted = pending.oldestWanted { next = min(next, wanted + limit) }
        scheduleCheck(context, at: next)
    }
}
