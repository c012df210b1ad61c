import APIContract
import Accounts
import Foundation
import Logging
import MarketFeed
import Markets
package import NIOCore
package import WebSockets

/// One client's socket: who it is, what it listens to, and how far it has been told.
///
/// A channel handler behind `WebSocketMessageHandler`; all of it runs on the channel's event loop, and nothing here
/// makes a task per message. Asking who owns a token is the one thing that leaves the loop.
package final class RealtimeConnection: ChannelInboundHandler {
    package typealias InboundIn = WebSocketMessage
    package typealias OutboundOut = WebSocketOutput

    private enum Identity {
        case unknown
        /// A token is being looked up; what a stranger says meanwhile waits for the answer.
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

    private let hub: RealtimeHub
    private let connectionID: String
    private let initialToken: String?
    private var context: ChannelHandlerContext?
    private var loop: RealtimeLoop?
    private var identity = Identity.unknown
    private var tickers: TickerSubscription?
    private var budget: MessageBudget
    private var deadline: Scheduled<Void>?
    private var isClosing = false
    /// What came after a first `auth` and before its answer, at most ``maximumEarly``.
    private var early: [ClientMessage] = []

    private static let maximumEarly = 16

    /// Creates the handler of one upgraded channel.
    ///
    /// - Parameters:
    ///   - hub: where it registers.
    ///   - token: the access token that came with the upgrade; without one the client has five seconds to send it.
    package init(hub: RealtimeHub, token: String?) {
        self.hub = hub
        initialToken = token
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
        closeUnlessAuthenticated(context: context)
        if let initialToken { authenticate(initialToken) }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        loop?.remove(self)
        loop = nil
        deadline?.cancel()
        if case .known(let caller) = identity { hub.left(caller.userID) }
        if case .checking(.some(let caller)) = identity { hub.left(caller.userID) }
        identity = .unknown
        self.context = nil
        hub.disconnected()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        guard budget.take(milliseconds: hub.monotonicMilliseconds()) else {
            return close(.tooMany, "too many messages")
        }
        guard case .text(let text) = unwrapInboundIn(data) else { return close(.badMessage, "text frames only") }
        do throws(ClientMessage.Refusal) {
            handle(try ClientMessage(Array(text.readableBytesView)))
        } catch {
            switch error {
            case .bad(let reason): close(.badMessage, reason)
            case .invalid(let code, let detail): send(RealtimeErrorMessage(code: code, detail: detail))
            }
        }
    }

    // MARK: Messages

    private func handle(_ message: ClientMessage) {
        if case .authenticate(let token) = message { return authenticate(token) }
        if case .ping(let id) = message { return send(PongMessage(id: id, ts: hub.now().milliseconds)) }
        if case .checking(known: nil) = identity {
            guard early.count < Self.maximumEarly else { return close(.tooMany, "too many messages") }
            return early.append(message)
        }
        guard isKnown else {
            return send(
                RealtimeErrorMessage(code: .authenticationRequired, detail: "Send {type: \"auth\", token} first.")
            )
        }
        switch message {
        case .subscribe(let channels, let symbols): subscribe(channels, symbols: symbols)
        case .unsubscribe(let channels):
            if channels.contains(.tickers) { tickers = nil }
            send(UnsubscribedMessage(channels: channels))
        case .ping, .authenticate: break  // answered above
        }
    }

    private func subscribe(_ channels: [ChannelName], symbols: [String]?) {
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
        send(hub.batch(since: 0))
    }

    // MARK: Tickers

    /// The version from which this socket needs tickers, or nil while it takes none or is up to date.
    func tickersDue(before version: UInt64) -> UInt64? {
        guard let tickers, tickers.version < version, !isClosing, context?.channel.isWritable == true else {
            return nil
        }
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

    // MARK: Identity

    private var isKnown: Bool {
        switch identity {
        case .known, .checking(known: .some): true
        case .unknown, .checking(known: nil): false
        }
    }

    private func authenticate(_ token: String) {
        let known: Caller?
        switch identity {
        case .checking: return close(.badMessage, "one token at a time")
        case .unknown: known = nil
        case .known(let caller): known = caller
        }
        identity = .checking(known: known)
        guard let eventLoop = context?.eventLoop else { return }
        // The handler never leaves its loop: the box is opened there only.
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        hub.authenticate(token) { result in
            eventLoop.execute { this.value.identified(result, before: known) }
        }
    }

    private func identified(_ result: Result<Caller, any Error>, before known: Caller?) {
        guard let context, case .checking = identity else { return }
        guard case .success(let caller) = result, known == nil || known?.userID == caller.userID else {
            identity = known.map(Identity.known) ?? .unknown
            if case .failure(AccountError.accountBlocked) = result { return close(.blocked, "blocked") }
            return close(.unauthenticated, "token refused")
        }
        if known == nil, !hub.joined(caller.userID) {
            identity = .unknown
            return close(.tooMany, "too many sockets")
        }
        identity = .known(caller)
        closeWhenTokenExpires(caller, context: context)
        guard known == nil else { return }
        send(hub.welcome(connectionID: connectionID))
        let waiting = early
        early = []
        for message in waiting { handle(message) }
    }

    private func closeUnlessAuthenticated(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: RealtimeHub.authenticationDeadline) {
            self.close(.unauthenticated, "no token in time")
        }
    }

    private func closeWhenTokenExpires(_ caller: Caller, context: ChannelHandlerContext) {
        deadline?.cancel()
        let left = Int64(caller.tokenExpiresAt.timeIntervalSince1970 * 1000) - hub.now().milliseconds
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(max(0, left))) {
            self.close(.unauthenticated, "token expired")
        }
    }

    // MARK: Sending

    private func send(_ message: some Encodable) {
        guard let context else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        // Wire types hold text, whole numbers and nulls only, and those always encode.
        guard let bytes = try? encoder.encode(message) else { preconditionFailure("A wire type did not encode") }
        context.writeAndFlush(wrapOutboundOut(.message(.text(ByteBuffer(bytes: bytes)))), promise: nil)
    }

    private func close(_ code: CloseCode, _ reason: String) {
        guard !isClosing, let context else { return }
        isClosing = true
        tickers = nil
        context.writeAndFlush(wrapOutboundOut(.close(code: code.rawValue, reason: reason)), promise: nil)
    }
}
