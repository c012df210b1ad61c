import APIContract
package import Accounts
import Foundation
import MarketFeed
import Markets
package import NIOCore
import StrictJSON
package import WebSockets

/// One client's socket: who it is, what it listens to, and how far it has been told.
///
/// A channel handler behind `WebSocketMessageHandler`; all of it runs on the channel's event loop, and nothing here
/// makes a task per message. Asking who owns a token is the one thing that leaves the loop.
package final class RealtimeConnection: ChannelInboundHandler {
    package typealias InboundIn = WebSocketMessage
    package typealias InboundOut = WebSocketMessage
    package typealias OutboundOut = WebSocketOutput

    enum Identity {
        case unknown
        /// A token is being looked up.
        case checking(known: Caller?)
        case known(Caller)
    }

    /// What `tickers` brings to this socket.
    struct TickerSubscription {
        /// Nil: every symbol.
        var symbols: Set<Symbol>?
        /// The board's version this socket has been told of.
        var version: UInt64
    }

    let hub: RealtimeHub
    let connectionID: String
    private let credential: SocketCredential
    var context: ChannelHandlerContext?
    /// The way to the socket that a broadcast takes.
    private var outlet: WebSocketMessageHandler?
    /// Something was written and not flushed.
    private var hasWritten = false
    private(set) var loop: RealtimeLoop?
    /// Where its loop keeps it.
    var place = 0
    var identity = Identity.unknown
    var tickers: TickerSubscription?
    /// The channels with numbers.
    var numbered: [NumberedSubscription] = []
    /// A subscription waits for the log.
    var isSubscribing = false
    private var messages: MessageBudget
    var subscriptions: MessageBudget
    var deadline: Scheduled<Void>?
    /// Whose standing changed since the lookup under way began, at most ``maximumOvertaking``; nil where they were more.
    var overtaking: Set<UUID>? = []
    /// The last token given, to look its owner up again.
    var token: String?
    /// Looks the owner up again when the tier runs out.
    var tierEnd: Scheduled<Void>?
    /// Told when somebody asks for what their tier has not.
    let tierRefused: @Sendable (Caller) -> Void
    private(set) var isClosing = false
    /// What must wait for the answer to a token or a subscription that came before it, in order; at most ``maximumWaiting``.
    var waiting: [ClientMessage] = []

    package static let maximumWaiting = 16
    static let maximumOvertaking = 64

    /// Creates the handler of one upgraded channel.
    ///
    /// - Parameters:
    ///   - hub: where it registers.
    ///   - credential: what came with the handshake.
    ///   - tierRefused: told when somebody asks for what their tier has not.
    package init(
        hub: RealtimeHub,
        credential: SocketCredential,
        tierRefused: @escaping @Sendable (Caller) -> Void = { _ in }
    ) {
        self.tierRefused = tierRefused
        self.hub = hub
        self.credential = credential
        connectionID = String(UInt64.random(in: .min ... .max), radix: 36)
        messages = .messages(milliseconds: hub.monotonicMilliseconds())
        subscriptions = .subscriptions(milliseconds: hub.monotonicMilliseconds())
    }

    // MARK: Channel events

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        outlet = try? context.pipeline.syncOperations.handler(type: WebSocketMessageHandler.self)
        let loop = hub.loop(of: context.eventLoop)
        loop.add(self)
        self.loop = loop
        hub.connected()
        begin(with: credential, context: context)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        loop?.remove(self)
        loop = nil
        deadline?.cancel()
        tierEnd?.cancel()
        stop()
        leave()
        self.context = nil
        outlet = nil
        hub.disconnected()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is WebSocketClosure { stop() }
        context.fireUserInboundEventTriggered(event)
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        // Whoever was behind comes for the next page.
        if context.channel.isWritable {
            writeNumbered()
            flush()
        }
        context.fireChannelWritabilityChanged()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        guard messages.take(milliseconds: hub.monotonicMilliseconds()) else {
            return close(.tooMany, "too many messages")
        }
        guard case .text(let text) = unwrapInboundIn(data) else { return close(.badMessage, "text frames only") }
        do throws(ClientMessage.Refusal) {
            receive(try ClientMessage(Array(text.readableBytesView)))
        } catch {
            switch error {
            case .bad(let reason): close(.badMessage, reason)
            case .invalid(let code, let detail): send(RealtimeErrorMessage(code: code, detail: detail))
            }
        }
    }

    // MARK: Messages

    /// Acts on a message, or keeps it until the token before it is judged.
    private func receive(_ message: ClientMessage) {
        guard mustWait(message) else { return handle(message) }
        guard waiting.count < Self.maximumWaiting else { return close(.tooMany, "too many messages") }
        waiting.append(message)
    }

    private func mustWait(_ message: ClientMessage) -> Bool {
        if case .ping = message { return false }
        if isSubscribing { return true }
        guard case .checking(let known) = identity else { return false }
        if case .authenticate = message { return true }
        return known == nil || !waiting.isEmpty
    }

    func handle(_ message: ClientMessage) {
        switch message {
        case .ping(let id): send(PongMessage(id: id, ts: hub.now().milliseconds))
        case .authenticate(let token): authenticate(token)
        case .subscribe, .unsubscribe: handleAsMember(message)
        }
    }

    private func handleAsMember(_ message: ClientMessage) {
        guard caller != nil else {
            return send(
                RealtimeErrorMessage(code: .authenticationRequired, detail: "Send {type: \"auth\", token} first.")
            )
        }
        switch message {
        case .subscribe(let request): subscribe(request)
        case .unsubscribe(let channels):
            unsubscribe(channels)
            send(UnsubscribedMessage(channels: channels))
        case .ping, .authenticate: break
        }
    }

    /// Acts on what had to wait, until something must wait again.
    func handleWaiting() {
        while case .known = identity, !isSubscribing, !waiting.isEmpty { handle(waiting.removeFirst()) }
    }

    // MARK: Tickers

    /// What a batch was to this socket.
    enum Delivery {
        /// It is up to date, not listening, or not reading; or there was nothing in it for this socket.
        case nothing
        case written
        /// It has not even been told what came before the batch, from this version on.
        case behind(UInt64)
    }

    /// Sends what the batch holds for this socket, or writes it where something else is due too.
    func deliver(_ batch: TickerBatch) -> Delivery {
        guard let subscription = tickers, subscription.version < batch.version else { return .nothing }
        guard subscription.version >= batch.since else {
            return context?.channel.isWritable == true ? .behind(subscription.version) : .nothing
        }
        let frames = subscription.symbols.map(batch.filtered) ?? batch.everything
        if let frames, frames.readableBytes > 0 {
            guard put(frames) else { return .nothing }
            tickers?.version = batch.version
            return .written
        }
        tickers?.version = batch.version
        return .nothing
    }

    /// Sends or writes frames.
    ///
    /// - Returns: whether the socket takes any.
    private func put(_ frames: ByteBuffer) -> Bool {
        if !hasNumberedDue, outlet?.sendNow(frames) == true { return true }
        guard context?.channel.isWritable == true else { return false }
        // What waits for a reader must not keep the whole batch that it is a slice of.
        let isSmallPart = frames.storageCapacity > 2 * frames.readableBytes
        write(isSmallPart ? ByteBuffer(bytes: frames.readableBytesView) : frames)
        return true
    }

    // MARK: Sending

    /// Writes whole frames, to be flushed with what else is due.
    func write(_ frames: ByteBuffer) {
        hasWritten = true
        context?.write(wrapOutboundOut(.prepared(frames)), promise: nil)
    }

    /// Flushes what was written, if anything.
    func flush() {
        guard hasWritten else { return }
        hasWritten = false
        context?.flush()
    }

    func send(_ message: some Encodable) {
        let text = ByteBuffer(bytes: WireJSON.encode(message))
        context?.writeAndFlush(wrapOutboundOut(.message(.text(text))), promise: nil)
    }

    func close(_ code: CloseCode, _ reason: String) {
        guard !isClosing else { return }
        stop()
        context?.writeAndFlush(wrapOutboundOut(.close(code: code.rawValue, reason: reason)), promise: nil)
    }

    private func stop() {
        isClosing = true
        unsubscribe(ChannelName.allCases)
        waiting = []
    }
}
