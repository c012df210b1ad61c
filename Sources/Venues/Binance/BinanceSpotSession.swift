import Logging
import Markets
import NIOCore
import WebSockets

/// The running half of the feed: connections, decoder and lag of one venue, all on one event loop.
///
/// One loop is enough by far (a core decodes several hundred thousand messages a second, the venue sends some ten
/// thousand at its busiest), and makes locks and hand-overs between loops unnecessary.
final class BinanceSpotSession {
    private let configuration: BinanceSpotFeed.Configuration
    private let eventLoop: any EventLoop
    private let clock: VenueClock
    private let sink: MarketSink
    private let onGap: @Sendable (VenueGap) -> Void
    private let logger: Logger
    private let client: WebSocketClient

    private var decoder = BinanceSpotDecoder()
    private var events: [MarketEvent] = []
    private var streams: BinanceStreams
    private var connections: [VenueConnection] = []
    /// When each connection last brought market data.
    private var lastHeard: [MarketTime?]
    private var lag = LagWindow()
    private var reporter: VenueStatusReporter
    private var heartbeat: RepeatedTask?
    private var loggedRefusals = 0
    private(set) var counts = FeedCounts()
    private let publish: @Sendable (FeedCounts) -> Void

    init(
        configuration: BinanceSpotFeed.Configuration,
        eventLoop: any EventLoop,
        clock: VenueClock,
        sink: MarketSink,
        onGap: @escaping @Sendable (VenueGap) -> Void,
        publish: @escaping @Sendable (FeedCounts) -> Void,
        logger: Logger
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.clock = clock
        self.sink = sink
        self.onGap = onGap
        self.publish = publish
        self.logger = logger
        client = WebSocketClient(limits: .binance)
        streams = BinanceStreams(
            marketLimit: configuration.symbolLimit,
            streamsPerConnection: configuration.streamsPerConnection
        )
        lastHeard = Array(repeating: nil, count: streams.shards.count)
        reporter = VenueStatusReporter(
            venue: .binance,
            isSimulated: configuration.endpoints.isSimulated,
            sink: sink
        )
    }

    /// Delivers the listing and, of the REST figures, those of markets that no stream of ours covers.
    func deliver(instruments: [Instrument]? = nil, dayTickers: [MarketEvent] = []) {
        if let instruments { sink.instruments(.binance, instruments) }
        let followed = Set(streams.shards.joined())
        let unfollowed = dayTickers.filter { event in
            switch event.payload {
            case .ticker(let ticker): !followed.contains(ticker.symbol)
            case .quote(let quote): !followed.contains(quote.symbol)
            default: true
            }
        }
        if !unfollowed.isEmpty { sink.receive(unfollowed) }
    }

    /// Follows these markets, most wanted first: connects the first time, changes subscriptions later.
    func follow(_ instruments: [Instrument]) {
        let added = streams.choose(instruments)
        guard connections.isEmpty else {
            for (shard, connection) in connections.enumerated() {
                connection.change(streams: streams.names(shard: shard))
            }
            if !added.isEmpty {
                onGap(VenueGap(venue: .binance, symbols: added, from: nil, to: clock.now()))
            }
            return
        }
        connections = streams.shards.indices.map(makeConnection)
        for (shard, connection) in connections.enumerated() {
            connection.start(streams: streams.names(shard: shard))
        }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        heartbeat = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            bound.value.everySecond()
        }
    }

    /// Says that nothing is heard, before there is a connection.
    func reportDown() { report() }

    /// Closes every connection; the future is done when all are gone.
    func stop() -> EventLoopFuture<Void> {
        heartbeat?.cancel()
        let closing = connections.map { $0.stop() }
        connections = []
        report()
        publish(counts)
        return EventLoopFuture.andAllComplete(closing, on: eventLoop)
    }

    private func makeConnection(shard: Int) -> VenueConnection {
        var logger = logger
        logger[metadataKey: "connection"] = "\(shard)"
        // The session owns its connections and outlives them: `stop` ends both.
        let observer = VenueConnection.Observer(
            read: { [unowned self] in read($0, shard: shard) },
            live: { [unowned self] in live(shard: shard, isAgain: $0) },
            changed: { [unowned self] in report() }
        )
        return VenueConnection(
            url: configuration.endpoints.webSocket + "/stream",
            client: client,
            eventLoop: eventLoop,
            policy: configuration.policy,
            dialect: VenueConnection.Dialect(
                subscribe: { BinanceStreams.request("SUBSCRIBE", id: $0, streams: $1) },
                unsubscribe: { BinanceStreams.request("UNSUBSCRIBE", id: $0, streams: $1) }
            ),
            observer: observer,
            logger: logger
        )
    }

    private func read(_ message: ByteBuffer, shard: Int) -> VenueConnection.Reading {
        let now = clock.now()
        counts.messages += 1
        events.removeAll(keepingCapacity: true)
        var reading = VenueConnection.Reading.nothing
        message.withUnsafeReadableBytes { bytes in
            do throws(FrameRefusal) {
                reading = Self.reading(of: try decoder.decode(bytes, receivedTime: now, into: &events), logger)
            } catch {
                // Counted by the decoder, and logged once a second at most.
            }
        }
        guard let newest = events.last else { return reading }
        lastHeard[shard] = now
        if let time = newest.exchangeTime { lag.add(now.since(time)) }
        counts.events += events.count
        sink.receive(events)
        return reading
    }

    private static func reading(of message: BinanceSpotMessage, _ logger: Logger) -> VenueConnection.Reading {
        switch message {
        case .market, .depth: return .market
        case .acknowledged(let id): return .event(.acknowledged(id: id))
        case .serverShutdown: return .event(.serverShutdown)
        case .refused(let id, let code, let text):
            logger.warning("The venue refused a request.", metadata: ["code": "\(code)", "reason": "\(text)"])
            return .event(.refused(id: id))
        }
    }

    private func live(shard: Int, isAgain: Bool) {
        let symbols = streams.shards[shard]
        guard !symbols.isEmpty else { return }
        let from = isAgain ? lastHeard[shard] : nil
        onGap(VenueGap(venue: .binance, symbols: symbols, from: from, to: clock.now()))
    }

    private func everySecond() {
        report()
        counts.refusals = decoder.refusals
        publish(counts)
        let refused = decoder.refusals.total
        guard refused > loggedRefusals else { return }
        logger.warning(
            "Messages of the venue were refused.",
            metadata: ["new": "\(refused - loggedRefusals)", "total": "\(refused)"]
        )
        loggedRefusals = refused
    }

    private func report() {
        let summary = lag.summary
        let live = connections.count { $0.phase == .live }
        let status = VenueStatus(
            state: reporter.state(live: live, of: connections.count, lag: summary),
            lastMessageAt: lastHeard.compactMap(\.self).max(),
            lag: summary,
            reconnects: connections.reduce(0) { $0 + $1.reconnects }
        )
        reporter.report(status, at: .now())
    }
}

extension WebSocketLimits {
    /// No message of Binance spot is longer than what the decoder takes; a longer one ends the connection.
    fileprivate static let binance: WebSocketLimits = {
        var limits = WebSocketLimits.venue
        limits.maxFrameBytes = BinanceSpotDecoder.maximumFrameBytes
        limits.maxMessageBytes = BinanceSpotDecoder.maximumFrameBytes
        return limits
    }()
}
