import HTTPServing
import HTTPTypes
import Hummingbird
package import Logging
import Markets
import NIOCore
import ServiceLifecycle
import WebSockets

/// A server that speaks a venue's own REST and WebSocket dialect on a local port, from a seeded market or a recording.
///
/// Binance spot so far. A reader needs to know nothing but the address: `http://127.0.0.1:PORT` instead of
/// `https://api.binance.com` and `ws://127.0.0.1:PORT` instead of `wss://stream.binance.com`.
package final class VenueSimulator: Service {
    package enum Source: Sendable {
        /// Made up from a seed; the same seed and clock give the same market.
        case market(seed: UInt64, tradesPerSecond: Double = 2000, clock: MarketClock = .system)
        /// Played once, as soon as somebody has subscribed to a stream.
        case replay(Replay)
    }

    /// How often a simulated market moves; an event is at most this much late.
    private static let step = Duration.milliseconds(25)

    package let faults = FaultControl()
    private let source: Source
    private let host: String
    private let port: Int
    private let logger: Logger
    private let hub: StreamHub
    private let listening = OnceSignal<Int>()
    private let ending = OnceSignal<Void>()

    /// - Parameters:
    ///   - source: where the market comes from.
    ///   - host: the address to listen on; anything but loopback would show a made-up venue to others.
    ///   - port: 0 for any that is free.
    ///   - logger: told of starts, ends and refusals.
    package init(source: Source, host: String = "127.0.0.1", port: Int = 0, logger: Logger) {
        self.source = source
        self.host = host
        self.port = port
        self.logger = logger
        hub = StreamHub(faults: faults)
    }

    /// The port that is listened on, once it is.
    package var boundPort: Int { get async throws { try await listening.value } }

    /// Returns when a replay has been played to its end and taken by its readers; the server goes on answering then.
    ///
    /// A seeded market has no end. Throws what kept the replay from ending.
    package func finished() async throws { try await ending.value }

    /// Serves until graceful shutdown.
    package func run() async throws {
        do {
            switch source {
            case .market(let seed, let tradesPerSecond, let clock):
                let market = SimulatedMarket(seed: seed, startingAt: clock.now(), tradesPerSecond: tradesPerSecond)
                try await serve(BinanceFloor(market: market, hub: hub)) { floor in
                    while true {
                        floor.step { $0.advance(to: clock.now()) }
                        try await Task.sleep(for: Self.step)
                    }
                }
            case .replay(let replay):
                let market = RecordedMarket(replay)
                let floor = BinanceFloor(market: market, hub: hub, recordedStreams: replay.streams)
                try await serve(floor) { [hub, logger, ending] floor in
                    let driver = ReplayDriver(replay: replay, hub: hub, logger: logger) { records in
                        floor.step { $0.play(records) }
                    }
                    try await driver.run()
                    floor.flush()
                    await hub.drained(cuttingAfterSeconds: ReplayDriver.longestStallSeconds)
                    logger.info("recording played", metadata: ["records": "\(replay.records)"])
                    ending.succeed(())
                }
            }
            ending.fail(CancellationError())
        } catch {
            listening.fail(error)
            ending.fail(error)
            throw error
        }
    }

    /// Clients connected at this moment.
    package var openConnections: Int { hub.connections.count }

    /// Breaks every connection without a close frame.
    package func dropConnections() {
        for connection in hub.connections { connection.cut() }
    }

    /// Tells every connection that the server is about to close it, as Binance does before maintenance.
    package func announceShutdown() {
        hub.announce(BinanceFrames.serverShutdown(now: MarketClock.system.now()).bytes)
    }
}

extension VenueSimulator {
    private func serve<Market>(
        _ floor: BinanceFloor<Market>,
        driving: @escaping @Sendable (BinanceFloor<Market>) async throws -> Void
    ) async throws {
        let application = Application(
            responder: BinanceResponder(rest: BinanceREST(floor: floor)),
            server: .limited(limits: Self.httpLimits, webSocket: endpoint),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { [listening] channel in
                listening.succeed(channel.localAddress?.port ?? 0)
            },
            logger: logger
        )
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await withGracefulShutdownHandler {
                    try await application.run()
                } onGracefulShutdown: {
                    self.announceShutdown()
                }
                return true
            }
            group.addTask {
                do {
                    try await driving(floor)
                } catch is CancellationError {}
                return false
            }
            // A replay that has ended is still served; the end of the server ends everything.
            while let isServerEnd = try await group.next(), !isServerEnd {}
            group.cancelAll()
        }
    }

    private var endpoint: WebSocketEndpoint {
        WebSocketEndpoint(matches: { BinanceStreamPath(String($0)) != nil }) { [hub, logger, source] request, _ in
            guard let path = BinanceStreamPath(request.path ?? "") else { return .notWebSocket }
            return .accept(limits: Self.limits(of: source)) { channel in
                let handler = BinanceSocketHandler(path: path, channel: channel, hub: hub, logger: logger)
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }
    }

    /// Room for a thousand stream names in an address.
    private static var httpLimits: HTTPServerLimits { HTTPServerLimits(maxURIBytes: 64 << 10) }

    /// Binance pings every 20 s and gives a minute to answer.
    ///
    /// A live market cuts a reader that is 16 MB behind; a replay
    /// waits for its readers after each batch, which is some MB of frames at most.
    private static func limits(of source: Source) -> WebSocketLimits {
        var limits = WebSocketLimits.server
        limits.heartbeatInterval = .seconds(20)
        limits.heartbeatDeadline = .seconds(60)
        limits.maxPendingBytes = 16 << 20
        if case .replay = source { limits.maxPendingBytes = 256 << 20 }
        return limits
    }
}
