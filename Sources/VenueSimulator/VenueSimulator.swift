import HTTPServing
import HTTPTypes
import Hummingbird
package import Logging
package import Markets
import NIOCore
import ServiceLifecycle
import WebSockets

/// A server that speaks a venue's own REST and WebSocket dialects on a local port, from a seeded market or a recording.
///
/// One simulator is one venue, spot and perpetuals on the same port: the venue's hosts differ, its paths do not collide.
/// A reader needs to know nothing but the address, `http://127.0.0.1:PORT` and `ws://127.0.0.1:PORT` instead of
///
/// - Binance: `api.binance.com`, `fapi.binance.com`, `stream.binance.com:9443`, `fstream.binance.com`;
/// - Bybit: `api.bybit.com`, `stream.bybit.com`;
/// - OKX: `www.okx.com`, `ws.okx.com:8443`;
/// - MEXC: `api.mexc.com`, `wbs-api.mexc.com`, `contract.mexc.com`.
///
/// Simulators of one seed trade one world: their prices agree within a few basis points.
package final class VenueSimulator: Service {
    package enum Source: Sendable {
        /// Made up from a seed; the same seed and clock give the same market. `assets` lists only so many coins, which
        /// starts faster.
        case market(seed: UInt64, tradesPerSecond: Double = 2000, clock: MarketClock = .system, assets: Int? = nil)
        /// Played once, as soon as somebody has subscribed to a stream.
        case replay(Replay)
    }

    /// How often a simulated market moves; an event is at most this much late.
    ///
    /// Short, so that frames do not come in bursts which no venue has.
    private static let step = Duration.milliseconds(5)

    package let venue: Venue
    package let faults = FaultControl()
    private let source: Source
    private let host: String
    private let port: Int
    private let keepAliveHaste: Double
    private let logger: Logger
    private let hub: StreamHub
    private let dialect: ServedDialect
    private let tally = Tally()
    private let handshakes: RateGate
    private let listening = OnceSignal<Int>()
    private let ending = OnceSignal<Void>()

    /// - Parameters:
    ///   - venue: whose dialects are spoken.
    ///   - source: where the market comes from.
    ///   - host: the address to listen on; anything but loopback would show a made-up venue to others.
    ///   - port: 0 for any that is free.
    ///   - keepAliveHaste: how many times sooner than the venue a silent client is pinged and given up.
    ///   - logger: told of starts, ends and refusals.
    package init(
        venue: Venue = .binance,
        source: Source,
        host: String = "127.0.0.1",
        port: Int = 0,
        keepAliveHaste: Double = 1,
        logger: Logger
    ) {
        self.venue = venue
        self.source = source
        self.host = host
        self.port = port
        self.keepAliveHaste = keepAliveHaste
        self.logger = logger
        dialect = .of(venue)
        handshakes = RateGate(tally: Tally())
        hub = StreamHub(faults: faults)
        faults.watch { [hub] in hub.connections }
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
            case .market(let seed, let tradesPerSecond, let clock, let assets):
                try await serveMarket(seed, tradesPerSecond, clock, assets)
            case .replay(let replay): try await serve(replay)
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

    /// What clients did wrong so far.
    package var violations: Violations { tally.violations }

    /// How often an address was shut out.
    package var bansIssued: Int { violations.bansIssued }

    /// Breaks every connection without a close frame.
    package func dropConnections() { faults.cut() }

    /// Tells every connection that the server is about to close it, as venues do before maintenance; MEXC never does.
    package func announceShutdown() {
        guard let notice = dialect.farewell(MarketClock.system.now()) else { return }
        hub.announce(notice)
    }
}

extension VenueSimulator {
    private func serveMarket(
        _ seed: UInt64,
        _ tradesPerSecond: Double,
        _ clock: MarketClock,
        _ assets: Int?
    ) async throws {
        let market = SimulatedMarket(
            seed: seed,
            venue: venue,
            startingAt: clock.now(),
            tradesPerSecond: tradesPerSecond,
            assets: assets
        )
        let broadcast = Broadcast(spot: dialect.spot, perpetual: dialect.perpetual)
        try await serve(TradingFloor(market: market, broadcast: broadcast, hub: hub)) { floor in
            while true {
                floor.step { $0.advance(to: clock.now()) }
                try await Task.sleep(for: Self.step)
            }
        }
    }

    private func serve(_ replay: Replay) async throws {
        let floor = TradingFloor(
            market: RecordedMarket(replay),
            broadcast: Broadcast(
                spot: dialect.spot,
                perpetual: dialect.perpetual,
                recordedStreams: replay.streams
            ),
            hub: hub,
            recordedStreams: replay.streams
        )
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

    private func serve<Market>(
        _ floor: TradingFloor<Market>,
        driving: @escaping @Sendable (TradingFloor<Market>) async throws -> Void
    ) async throws {
        let application = Application(
            responder: RESTResponder(desk: dialect.desk(floor, RateGate(tally: tally))),
            server: .limited(limits: Self.httpLimits, webSocket: endpoint(floor)),
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

    private func endpoint(_ floor: any VenueFloor) -> WebSocketEndpoint {
        WebSocketEndpoint(matches: { [dialect] in dialect.isSocket(String($0)) }) { [self] request, channel in
            guard let session = dialect.session(request.path ?? "", floor.directory) else { return .notWebSocket }
            let address = channel.remoteAddress?.ipAddress ?? ""
            do throws(RateRefusal) {
                _ = try handshakes.charge(1, to: address, dialect.handshakes, now: MarketClock.system.now())
            } catch {
                tally.count(\.connectionsRefused)
                return .refuse(Self.tooManyHandshakes)
            }
            let rule = session.keepAlive.hastened(by: keepAliveHaste)
            return .accept(limits: limits(rule)) { [tally, logger] channel in
                let handler = StreamSocketHandler(
                    session: session,
                    rule: rule,
                    channel: channel,
                    floor: floor,
                    tally: tally,
                    logger: logger
                )
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }
    }

    private static let tooManyHandshakes = HTTPRefusal(
        status: .tooManyRequests,
        code: "too_many_connections",
        detail: "This address connects too often."
    )

    /// Room for a thousand stream names in an address.
    private static var httpLimits: HTTPServerLimits { HTTPServerLimits(maxURIBytes: 64 << 10) }

    /// A live market cuts a reader that is 16 MB behind; a replay waits for its readers after each batch, which is some
    /// MB of frames at most.
    private func limits(_ rule: KeepAlive.Rule) -> WebSocketLimits {
        var limits = WebSocketLimits.server
        limits.heartbeatInterval = nil
        if case .serverPings(let interval, let deadline) = rule {
            limits.heartbeatInterval = interval
            limits.heartbeatDeadline = deadline
        }
        limits.maxPendingBytes = 16 << 20
        if case .replay = source { limits.maxPendingBytes = 256 << 20 }
        return limits
    }
}
