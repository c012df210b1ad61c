import Foundation
import NIOCore
import NIOPosix
import StrictJSON
import Testing
import WebSockets

/// A client's end of a socket.
struct SocketPeer {
    private enum Event: Sendable {
        case message(WebSocketMessage)
        case closed(WebSocketClosure)
    }

    private let channel: any Channel
    private let events: AsyncStream<Event>
    /// Tickers heard, in order, as `symbol price`.
    private(set) var tickers: [String] = []
    /// How the server ended it, once that was heard.
    private(set) var end: WebSocketClosure?

    init(port: Int) async throws {
        let (events, heard) = AsyncStream.makeStream(of: Event.self)
        self.events = events
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
            .channelOption(.socketOption(.so_rcvbuf), value: 8 << 10)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addWebSocketHandlers(role: .client, limits: .venue)
                    try pipeline.addHandler(Ear(heard))
                    return channel
                }
            }
    }

    func send(_ text: String) {
        channel.writeAndFlush(WebSocketOutput.message(.text(text)), promise: nil)
    }

    func send(auth token: String) { send(#"{"type":"auth","token":"\#(token)"}"#) }

    func subscribe(_ symbols: String...) {
        let list = symbols.map { "\"\($0)\"" }.joined(separator: ",")
        send(#"{"type":"subscribe","channels":["tickers"]\#(symbols.isEmpty ? "" : ",\"symbols\":[\(list)]")}"#)
    }

    func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

    func startReading() async throws { try await channel.setOption(.autoRead, value: true).get() }

    func hangUp() { channel.close(promise: nil) }

    /// The next message of the type; nil when the socket closes before.
    mutating func next(_ type: String) async -> JSONValue? { await next([type]) }

    /// The next message of one of the types; nil when the socket closes before.
    mutating func next(_ types: Set<String>) async -> JSONValue? {
        for await event in events {
            if case .closed(let closure) = event { end = closure }
            guard case .message(let message) = event,
                let value = try? JSONParser.parse(Array(message.payload.readableBytesView))
            else { return nil }
            if value["type"]?.text == "ticker" {
                tickers.append("\(value["symbol"]?.text ?? "") \(value["price"]?.text ?? "")")
            }
            if let type = value["type"]?.text, types.contains(type) { return value }
        }
        return nil
    }

    /// So many more tickers, as `symbol price`.
    mutating func nextTickers(_ count: Int) async -> [String] {
        let known = tickers.count
        while tickers.count < known + count, await next("ticker") != nil {}
        return Array(tickers.dropFirst(known))
    }

    /// Reads on until a ticker comes, as `symbol price`; false when the socket closes before.
    mutating func hears(_ ticker: String) async -> Bool {
        while await next("ticker") != nil { if tickers.last == ticker { return true } }
        return false
    }

    /// Reads everything that was sent before this; false when the socket closes before.
    mutating func drain() async -> Bool {
        send(#"{"type":"ping"}"#)
        return await next("pong") != nil
    }

    /// Subscribes to channels, going on from what was had, and gives the server's answer for each.
    mutating func listen(
        _ channels: [String],
        had epoch: String? = nil,
        _ sequences: [String: Int64] = [:]
    ) async throws -> [String: JSONValue] {
        let list = channels.map { "\"\($0)\"" }.joined(separator: ",")
        let positions = sequences.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        let resume = epoch.map { #","resume":{"epoch":"\#($0)","sequences":{\#(positions)}}"# } ?? ""
        send(#"{"type":"subscribe","channels":[\#(list)]\#(resume)}"#)
        let answer = try #require(await next(["subscribed", "error"]))
        var byName: [String: JSONValue] = [:]
        for channel in try #require(answer["channels"]?.items) { byName[channel["name"]?.text ?? ""] = channel }
        return byName
    }

    /// The numbers of so many more messages of the type; fewer when the socket closes before.
    mutating func numbers(_ type: String, _ count: Int) async -> [Int64] {
        var numbers: [Int64] = []
        while numbers.count < count, let message = await next(type) {
            if case .number(let text)? = message["sequence"] { numbers.append(Int64(text) ?? 0) }
        }
        return numbers
    }

    /// How the server ends it; what comes before is passed over.
    mutating func closure() async -> WebSocketClosure? {
        for await event in events {
            if case .closed(let closure) = event { return closure }
        }
        return nil
    }

    private final class Ear: ChannelInboundHandler {
        typealias InboundIn = WebSocketMessage

        private let heard: AsyncStream<Event>.Continuation

        init(_ heard: AsyncStream<Event>.Continuation) { self.heard = heard }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            heard.yield(.message(unwrapInboundIn(data)))
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let closure = event as? WebSocketClosure {
                heard.yield(.closed(closure))
                heard.finish()
            }
        }
    }
}
