import APIContract
package import Accounts
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
    private struct TickerSubscription {
        /// Nil: every symbol.
        var symbols: Set<Symbol>?
        /// The board's version this socket has been told of.
        var version: UInt64
    }

    let hub: RealtimeHub
    let connectionID: String
    private let credential: SocketCredential
    var context: ChannelHandlerContext?
    private var loop: RealtimeLoop?
    var identity = Identity.unknown
    private var tickers: TickerSubscription?
    private var budget: MessageBudget
    var deadline: Scheduled<Void>?
    /// The last token given, to look its owner up again.
    var token: String?
    /// Looks the owner up again when the tier runs out.
    var tierEnd: Scheduled<Void>?
    /// Told when somebody asks for what their tier has not.
    private let tierRefused: @Sendable (Caller) -> Void
    private(set) var isClosing = false
    /// What must wait for the answer to a token that came before it, in order; at most ``maximumWaiting``.
    var waiting: [ClientMessage] = []

    package static let maximumWaiting = 16

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
        budget = MessageBudget(milliseconds: hub.monotonicMilliseconds())
    }

    // MARK: Channel events

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
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
        leave()
        self.context = nil
        hub.disconnected()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is WebSocketClosure { stop() }
        context.fireUserInboundEventTriggered(event)
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        guard budget.take(milliseconds: hub.monotonicMilliseconds()) else {
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
        guard case .checking(let known) = identity else { return false }
        return switch message {
        case .ping: false
        case .authenticate: true
        case .subscribe, .unsubscribe: known == nil || !waiting.isEmpty
        }
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
        case .subscribe(let channels, let symbols): subscribe(channels, symbols: symbols)
        case .unsubscribe(let channels):
            unsubscribe(channels)
            send(UnsubscribedMessage(channels: channels))
        case .ping, .authenticate: break
        }
    }

    /// What it listens to.
    var subscribed: [ChannelName] { tickers == nil ? [] : [.tickers] }

    func unsubscribe(_ channels: [ChannelName]) {
        if channels.contains(.tickers) { tickers = nil }
    }

    private func subscribe(_ channels: [ChannelName], symbols: [String]?) {
        guard mayHear(channels) else {
            if let caller { tierRefused(caller) }
            return send(
                RealtimeErrorMessage(code: .tierRequired, detail: "Your subscription does not include this channel.")
            )
        }
        var wanted: Set<Symbol>?
        if let symbols {
            let known = symbols.compactMap(Symbol.init).filter(hub.board.knows)
            guard known.count == symbols.count else {
                let stranger = symbols.first { Symbol($0).map { !hub.board.knows($0) } ?? true } ?? ""
                return send(
                    RealtimeErrorMessage(code: .symbolUnknown, detail: "There is no symbol \"\(stranger.prefix(64))\".")
                )
            }
            wanted = Set(known)
        }
        send(SubscribedMessage(channels: channels.map { .init(name: $0, sequence: 0, recovered: true) }))
        tickers = TickerSubscription(symbols: wanted, version: 0)
        // Whoever does not read gets it with a later tick, and once, however often they subscribe meanwhile.
        if context?.channel.isWritable == true { send(hub.batch(since: 0)) }
    }

    // MARK: Tickers

    /// The version from which this socket needs tickers, or nil while it takes none or is up to date.
    func tickersDue(before version: UInt64) -> UInt64? {
        guard let tickers, tickers.version < version, context?.channel.isWritable == true else { return nil }
        return tickers.version
    }

    func send(_ batch: TickerBatch) {
        guard var subscription = tickers else { return }
        let buffer = subscription.symbols.map(batch.filtered) ?? batch.everything
        subscription.version = batch.version
        tickers = subscription
        guard let buffer, buffer.readableBytes > 0 else { return }
        context?.writeAndFlush(wrapOutboundOut(.prepared(buffer)), promise: nil)
    }

    // MARK: Sending

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
        tickers = nil
        waiting = []
    }
}
