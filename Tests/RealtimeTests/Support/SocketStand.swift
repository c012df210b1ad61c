import Accounts
import Channels
import Foundation
import Logging
import MarketFeed
import Markets
import NIOCore
import NIOPosix
import Realtime
import Synchronization
import TestKit
import Testing
import WebSockets

/// A hub with real sockets in front of it, without the HTTP handshake, and a market whose clock stands still.
struct SocketStand: Sendable {
    let clock: ManualClock
    let users: MemoryUsers
    let accounts: AccountService
    let tokens: AccessTokens
    let board: MarketBoard
    let hub: RealtimeHub
    let streams: ChannelStreams
    /// How long after a tick each socket was written to, in seconds.
    let writes: WriteLog
    private let port: Int
    private let serverChannels: AsyncStream<any Channel>

    /// Serves while `body` runs; the token or ticket of each socket is asked of `credential` when it connects.
    static func serving(
        credential: @escaping @Sendable () -> SocketCredential = { .awaited },
        entitlements: @escaping @Sendable (Tier) -> Entitlements = Entitlements.of,
        clock: ManualClock = ManualClock(),
        users: MemoryUsers = MemoryUsers(),
        log: ChannelLog? = nil,
        watching storages: StorageLog? = nil,
        _ body: (SocketStand) async throws -> Void
    ) async throws {
        let tokens = try #require(AccessTokens(secret: Secret(String(repeating: "k", count: 32))))
        let board = MarketBoard { MarketTime(milliseconds: clock.milliseconds) }
        let accounts = AccountService(users: users, tokens: tokens, clock: clock)
        let writes = WriteLog()
        let streams = ChannelStreams(entitlements: entitlements) { clock.milliseconds }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let relay = log.map { ChannelRelay(log: $0, streams: streams, now: { clock.milliseconds }, logger: logger) }
        try await relay?.begin()
        let hub = RealtimeHub(
            board: board,
            streams: streams,
            accounts: accounts,
            entitlements: entitlements,
            heartbeatSeconds: 30,
            now: { MarketTime(milliseconds: clock.milliseconds) },
            monotonicMilliseconds: { clock.milliseconds },
            written: { writes.note($0, sockets: $1) },
            logger: logger
        )
        var limits = hub.socketLimits
        // However busy the machine is, a reader that stopped gets to hear why it was closed.
        limits.closeDeadline = .minutes(2)
        let sockets = OpenSockets()
        let (channels, accepted) = AsyncStream.makeStream(of: (any Channel).self)
        // One loop for all sockets, so that what they share can be seen.
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
            // Small buffers in the kernel, so that a reader who stops is soon noticed.
            .childChannelOption(.socketOption(.so_sndbuf), value: 8 << 10)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [limits] channel in
                channel.eventLoop.makeCompletedFuture {
                    try sockets.add(channel)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addWebSocketHandlers(role: .server, limits: limits)
                    if let storages { try pipeline.addHandler(StorageWatch(storages)) }
                    try pipeline.addHandler(RealtimeConnection(hub: hub, credential: credential()))
                    accepted.yield(channel)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let stand = SocketStand(
            clock: clock,
            users: users,
            accounts: accounts,
            tokens: tokens,
            board: board,
            hub: hub,
            streams: streams,
            writes: writes,
            port: server.localAddress?.port ?? 0,
            serverChannels: channels
        )
        do {
            try await Self.running(relay, hub) { try await body(stand) }
        } catch {
            try? await server.close()
            sockets.end()
            throw error
        }
        try await server.close()
        sockets.end()
    }

    /// With a log, what runs in a server runs here; without, each test ticks by itself.
    private static func running(
        _ relay: ChannelRelay?,
        _ hub: RealtimeHub,
        _ body: () async throws -> Void
    ) async throws {
        guard let relay else { return try await body() }
        let running = [Task { try await relay.run() }, Task { try await hub.run() }]
        defer { for task in running { task.cancel() } }
        try await body()
    }

    func connect() async throws -> SocketPeer { try await SocketPeer(port: port) }

    /// A socket that has signed in, as a new account unless one is named, and been welcomed.
    func member(_ user: UUID? = nil) async throws -> SocketPeer {
        var peer = try await connect()
        peer.send(auth: try user.map { try token(of: $0) } ?? token())
        _ = try #require(await peer.next("welcome"))
        return peer
    }

    /// The server's end of the connection that was accepted next.
    func accepted() async throws -> any Channel {
        var iterator = serverChannels.makeAsyncIterator()
        return try #require(await iterator.next())
    }

    func token(of user: UUID, session: UUID = UUID()) throws -> String {
        try tokens.issue(for: SessionKey(userID: user, sessionID: session), at: clock.date).text
    }

    private func token() throws -> String { try token(of: try users.add()) }

    /// The market says a price.
    func say(_ symbol: String, _ price: String) throws {
        let last = try #require(Price(price))
        let ticker = Ticker(
            symbol: try #require(Symbol(symbol)),
            last: last,
            open24h: last,
            high24h: last,
            low24h: last,
            baseVolume: try #require(Quantity("10")),
            quoteVolume: try #require(Money("1000"))
        )
        let time = MarketTime(milliseconds: clock.milliseconds)
        clock.advance(milliseconds: 1)
        let event = MarketEvent(venue: .binance, exchangeTime: time, receivedTime: time, payload: .ticker(ticker))
        #expect(board.ingest([event]).count == 1)
    }
}

/// What a hub says of its writes.
final class WriteLog: Sendable {
    private let seconds = Mutex<[Double]>([])

    var all: [Double] { seconds.withLock { $0 } }

    func note(_ one: Double, sockets: Int) {
        seconds.withLock { $0 += Array(repeating: one, count: sockets) }
    }
}

/// The frames that were written and not sent at once.
final class StorageLog: Sendable {
    private let writes = Mutex<[(bytes: Int, storage: Int)]>([])

    /// Of each write its bytes, and those of the buffer that it keeps alive.
    var all: [(bytes: Int, storage: Int)] { writes.withLock { $0 } }

    func note(_ frames: ByteBuffer) {
        writes.withLock { $0.append((frames.readableBytes, frames.storageCapacity)) }
    }
}

/// Stands before a socket and notes what is written to it.
private final class StorageWatch: ChannelOutboundHandler {
    typealias OutboundIn = WebSocketOutput
    typealias OutboundOut = WebSocketOutput

    private let log: StorageLog

    init(_ log: StorageLog) { self.log = log }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .prepared(let frames) = unwrapOutboundIn(data) { log.note(frames) }
        context.write(data, promise: promise)
    }
}

/// The connections of a server, which end with it.
private final class OpenSockets: Sendable {
    private struct Ended: Error {}

    /// Nil: it is over.
    private let channels = Mutex<[any Channel]?>([])

    func add(_ channel: any Channel) throws {
        let isOpen = channels.withLock { channels in
            channels?.append(channel)
            return channels != nil
        }
        if !isOpen { throw Ended() }
    }

    func end() {
        let open = channels.withLock { channels in
            defer { channels = nil }
            return channels ?? []
        }
        for channel in open { channel.close(promise: nil) }
    }
}
