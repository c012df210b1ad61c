package import NIOCore

/// One end of a WebSocket: bytes in, whole messages out, and every rule of RFC 6455 between them.
///
/// Sits directly on the byte stream (after TLS, if any); the application's handlers come behind it and see
/// ``WebSocketMessage`` in `channelRead` and one ``WebSocketClosure`` as a user event. It answers pings, pings a silent
/// peer and cuts a dead one, does the closing handshake with a deadline, and answers a server's graceful shutdown
/// (`ChannelShouldQuiesceEvent`) with close code 1012.
///
/// Frames are encoded here, so a prepared frame is nothing but bytes passed on: no NIO `WebSocketFrameEncoder` sits
/// below that would split it in two buffers per subscriber or trap on it.
package final class WebSocketMessageHandler: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = WebSocketMessage
    package typealias OutboundIn = WebSocketOutput
    package typealias OutboundOut = ByteBuffer

    enum State: Equatable {
        case open
        /// Our close frame is out, the peer's is awaited.
        case closing
        /// Both are, or the framing is lost: input is thrown away until the connection ends.
        case draining
        case closed
    }

    private let role: WebSocketRole
    private let limits: WebSocketLimits
    private let restartReason: @Sendable () -> String
    private(set) var state = State.open
    private var decoder: FrameDecoder
    private var assembler: MessageAssembler
    private var control: ControlFrameBudget
    private var heartbeat: Heartbeat
    private var heartbeatTask: Scheduled<Void>?
    private var closeTask: Scheduled<Void>?
    /// The newest ping that could not be answered while the peer was not reading; older ones need no answer (5.5.3).
    private var owedPong: ByteBuffer?
    private var needsFlush = false
    private var isReported = false
    /// Written and not flushed, while the channel holds nothing.
    var held: HeldBytes?
    private(set) var context: ChannelHandlerContext?
    /// Where buffers may be sent past the channel.
    private(set) var descriptor: NIOBSDSocket.Handle?
    /// Whether anything was given to the channel since it was last known to hold nothing, as the handshake's answer was.
    var channelMayHoldBytes = true

    /// - Parameters:
    ///   - role: which end we are.
    ///   - limits: what the connection may cost.
    ///   - restartReason: the reason sent with 1012 when the server shuts down, such as a hint when to come back.
    package init(
        role: WebSocketRole,
        limits: WebSocketLimits,
        restartReason: @escaping @Sendable () -> String = { "restarting" }
    ) {
        self.role = role
        self.limits = limits
        self.restartReason = restartReason
        self.decoder = FrameDecoder(role: role, maxFrameBytes: limits.maxFrameBytes)
        self.assembler = MessageAssembler(limits: limits)
        self.control = ControlFrameBudget(count: limits.maxControlFrames, window: limits.controlWindow)
        self.heartbeat = Heartbeat(limits: limits)
    }

    // MARK: Life

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if role == .server { descriptor = Self.descriptor(under: context.pipeline) }
        if context.channel.isActive { scheduleHeartbeat(context: context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        scheduleHeartbeat(context: context)
        context.fireChannelActive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        stop()
        self.context = nil
    }

    package func channelInactive(context: ChannelHandlerContext) {
        report(code: 1006, reason: "", origin: .transport, context: context)
        stop()
        context.fireChannelInactive()
    }

    private func stop() {
        state = .closed
        descriptor = nil
        heartbeatTask?.cancel()
        closeTask?.cancel()
        heartbeatTask = nil
        closeTask = nil
        owedPong = nil
        held.take()?.promise?.fail(WebSocketError.closed)
        decoder.discard()
    }

    // MARK: Inbound

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        heartbeat.heard(at: context.eventLoop.now)
        guard state == .open || state == .closing else { return }
        decoder.append(unwrapInboundIn(data))
        do throws(WebSocketFault) {
            while state == .open || state == .closing, let frame = try decoder.next() {
                try receive(frame, context: context)
            }
        } catch {
            fail(error, context: context)
        }
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        guard needsFlush else { return }
        needsFlush = false
        flush(context: context)
    }

    private func receive(_ frame: Frame, context: ChannelHandlerContext) throws(WebSocketFault) {
        switch frame.opcode {
        case .text, .binary, .continuation:
            guard let message = try assembler.accept(frame), isHeard else { return }
            context.fireChannelRead(wrapInboundOut(message))
        case .ping:
            guard control.take(at: context.eventLoop.now) else { throw .controlFlood }
            answerPing(frame.payload, context: context)
        case .pong:
            guard control.take(at: context.eventLoop.now) else { throw .controlFlood }
        case .close:
            receiveClose(try ClosePayload(frame.payload), context: context)
        }
    }

    /// A client that closes still hears what the server sent before it knew; a server asked for nothing more.
    private var isHeard: Bool { state == .open || (state == .closing && role == .client) }

    private func answerPing(_ payload: ByteBuffer, context: ChannelHandlerContext) {
        guard state == .open else { return }
        guard context.channel.isWritable else {
            owedPong = payload
            return
        }
        sendThroughChannel(encode(.pong, payload, context: context), context: context, promise: nil)
        needsFlush = true
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, let payload = owedPong, state == .open {
            owedPong = nil
            sendFlushed(.pong, payload, context: context)
        }
        context.fireChannelWritabilityChanged()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        switch event {
        case is ChannelShouldQuiesceEvent:
            startClosing(code: 1012, reason: restartReason(), origin: .local, context: context)
        case ChannelEvent.inputClosed:
            // The peer will send nothing more, not even a close frame.
            cut(reason: "", context: context)
        default:
            break
        }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The channel may be closed already, and the next `channelInactive` behind what others do about this.
        descriptor = nil
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }

    // MARK: Outbound

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let output = unwrapOutboundIn(data)
        if case .close(let code, let reason) = output {
            startClosing(code: code, reason: reason, origin: .local, context: context)
            promise?.succeed()
            return
        }
        guard state == .open else {
            promise?.fail(WebSocketError.closed)
            return
        }
        switch output {
        case .message(.text(let payload)):
            write(encode(.text, payload, context: context), context: context, promise: promise)
        case .message(.binary(let payload)):
            write(encode(.binary, payload, context: context), context: context, promise: promise)
        case .prepared(let frames):
            precondition(role == .server, "a client's frames are masked one by one")
            write(frames, context: context, promise: promise)
        case .ping:
            write(encode(.ping, ByteBuffer(), context: context), context: context, promise: promise)
        case .close:
            break
        }
    }

    private func write(_ bytes: ByteBuffer, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        if !context.channel.isWritable, owes(context) > limits.maxPendingBytes {
            promise?.fail(WebSocketError.outboxFull)
            // Queued behind what it owes: a reader that wakes up before the deadline learns why.
            return startClosing(
                code: limits.slowReaderCode,
                reason: "reads too slowly",
                origin: .local,
                context: context
            )
        }
        send(bytes, context: context, promise: promise)
    }

    private func sendFlushed(_ opcode: FrameOpcode, _ payload: ByteBuffer, context: ChannelHandlerContext) {
        sendThroughChannel(encode(opcode, payload, context: context), context: context, promise: nil)
        context.flush()
    }

    private func encode(_ opcode: FrameOpcode, _ payload: ByteBuffer, context: ChannelHandlerContext) -> ByteBuffer {
        let mask = role == .client ? UInt32.random(in: .min ... .max) : nil
        return FrameEncoder.encode(opcode, payload, mask: mask, allocator: context.channel.allocator)
    }

    // MARK: Heartbeat

    private func scheduleHeartbeat(context: ChannelHandlerContext) {
        guard heartbeatTask == nil, let wait = heartbeat.start(at: context.eventLoop.now) else { return }
        scheduleHeartbeat(in: wait, context: context)
    }

    private func scheduleHeartbeat(in wait: TimeAmount, context: ChannelHandlerContext) {
        heartbeatTask = context.eventLoop.assumeIsolated().scheduleTask(in: wait) { [self] in
            guard state == .open else { return }
            switch heartbeat.check(at: context.eventLoop.now) {
            case .wait(let wait):
                scheduleHeartbeat(in: wait, context: context)
            case .ping(let wait):
                sendFlushed(.ping, ByteBuffer(), context: context)
                scheduleHeartbeat(in: wait, context: context)
            case .dead:
                cut(reason: "heartbeat missed", context: context)
            }
        }
    }

    // MARK: The end

    private func receiveClose(_ close: ClosePayload, context: ChannelHandlerContext) {
        switch state {
        case .open:
            report(code: close.code ?? 1005, reason: close.reason, origin: .peer, context: context)
            let answer = close.code.map {
                ClosePayload.encode(code: $0, reason: "", allocator: context.channel.allocator)
            }
            sendLast(answer ?? ByteBuffer(), context: context)
        case .closing:
            endTransport(context: context)
        case .draining, .closed:
            break
        }
    }

    private func startClosing(
        code: UInt16,
        reason: String,
        origin: WebSocketClosure.Origin,
        context: ChannelHandlerContext
    ) {
        guard state == .open else { return }
        state = .closing
        owedPong = nil
        let payload = ClosePayload.encode(code: code, reason: reason, allocator: context.channel.allocator)
        sendFlushed(.close, payload, context: context)
        scheduleCut(context: context)
        report(code: code, reason: reason, origin: origin, context: context)
    }

    /// The peer broke a rule: says which, and listens to nothing more.
    private func fail(_ fault: WebSocketFault, context: ChannelHandlerContext) {
        decoder.discard()
        guard state == .open else {
            endTransport(context: context)
            return
        }
        report(code: fault.code, reason: fault.reason, origin: .local, context: context)
        sendLast(
            ClosePayload.encode(code: fault.code, reason: fault.reason, allocator: context.channel.allocator),
            context: context
        )
    }

    /// Sends a close frame that ends our side, then waits for the peer to hang up: closing a socket with unread input
    /// would reset it, and the peer would never see the close frame.
    private func sendLast(_ payload: ByteBuffer, context: ChannelHandlerContext) {
        state = .draining
        owedPong = nil
        scheduleCut(context: context)
        sendFlushed(.close, payload, context: context)
        guard role == .server else { return }
        context.close(mode: .output, promise: nil)
    }

    private func endTransport(context: ChannelHandlerContext) {
        state = .draining
        // RFC 6455, 7.1.1: the server hangs up first; a client gives it time to.
        if role == .server { context.close(promise: nil) }
    }

    private func scheduleCut(context: ChannelHandlerContext) {
        heartbeatTask?.cancel()
        heartbeatTask = nil
        closeTask = context.eventLoop.assumeIsolated().scheduleTask(in: limits.closeDeadline) {
            context.close(promise: nil)
        }
    }

    private func cut(reason: String, context: ChannelHandlerContext) {
        report(code: 1006, reason: reason, origin: .transport, context: context)
        state = .closed
        context.close(promise: nil)
    }

    private func report(code: UInt16, reason: String, origin: WebSocketClosure.Origin, context: ChannelHandlerContext) {
        guard !isReported else { return }
        isReported = true
        context.fireUserInboundEventTriggered(WebSocketClosure(code: code, reason: reason, origin: origin))
    }
}

@available(*, unavailable)
extension WebSocketMessageHandler: Sendable {}
