import Logging
import Markets
import NIOCore
import WebSockets

/// A figure of a market that comes over a stream, so that the one from REST is not wanted.
struct StreamedFigure: Hashable {
    let symbol: Symbol
    let group: StreamGroup
}

/// The connections, the decoder and the books of one dialect, on the venue's event loop.
final class DialectSession {
    let dialect: any VenueDialect
    private let venue: Venue
    private let policy: ConnectionPolicy
    private let eventLoop: any EventLoop
    private let clock: VenueClock
    private let logger: Logger
    private let client: WebSocketClient
    private let attempts: AttemptBudget

    private var plan: StreamPlan
    private let books: BookDesk?
    /// By shard, each with how many have carried the shard before it.
    private var connections: [(connection: VenueConnection, generation: Int)] = []
    /// Shards whose connection is being replaced.
    private var successions: [Int: Succession] = [:]
    private var reconnectsBefore = 0
    private var events: [MarketEvent] = []
    /// What was done so far; events are counted by the venue.
    private var done = VenueCounts()
    private(set) var streamedFigures: Set<StreamedFigure> = []

    /// Takes the events of one message.
    var deliver: (_ events: [MarketEvent]) -> Void = { _ in }
    /// Told how long a market message took, in seconds.
    var delivered: (Double) -> Void = { _ in }
    /// A connection's phase may have changed.
    var changed: () -> Void = {}
    /// Fetches a book over REST.
    var askPicture: (PictureRequest) -> Void = { _ in }

    init(
        _ dialect: any VenueDialect,
        of venue: Venue,
        policy: ConnectionPolicy,
        eventLoop: any EventLoop,
        clock: VenueClock,
        logger: Logger
    ) {
        self.dialect = dialect
        self.venue = venue
        self.policy = policy
        self.eventLoop = eventLoop
        self.clock = clock
        var logger = logger
        logger[metadataKey: "dialect"] = "\(dialect.name)"
        self.logger = logger
        client = WebSocketClient(limits: .venue(frameBytes: dialect.maximumFrameBytes))
        attempts = AttemptBudget(policy.attempts)
        plan = StreamPlan(policy: policy, shared: dialect.sharedStreams)
        books = dialect.bookRule.map { BookDesk(rule: $0) }
    }

    /// Takes over the venue's whole choice, of which this dialect carries what it has streams for.
    func follow(_ markets: [VenueSession.Followed]) {
        let wanted = markets.map { market in
            (market.instrument.symbol, dialect.streams(of: market.instrument, withBook: market.withBook))
        }
        let shared = dialect.sharedStreams.reduce(into: Set<StreamGroup>()) { $0.formUnion($1.brings) }
        streamedFigures = []
        for (symbol, streams) in wanted where !streams.isEmpty {
            for group in streams.reduce(shared, { $0.union($1.brings) }) {
                streamedFigures.insert(StreamedFigure(symbol: symbol, group: group))
            }
        }
        followBooks(of: markets)
        plan.choose(wanted)
        for shard in 0..<plan.shardCount {
            if shard < connections.count {
                connections[shard].connection.change(streams: plan.streams(shard: shard))
            } else {
                let connection = makeConnection(shard: shard, generation: 0)
                connections.append((connection, 0))
                connection.start(streams: plan.streams(shard: shard))
            }
        }
    }

    /// Closes every connection; each future is done when one is gone.
    func stop() -> [EventLoopFuture<Void>] {
        let closing = connections.map { $0.connection.stop() } + successions.values.map { $0.old.stop() }
        connections = []
        successions = [:]
        return closing
    }

    /// How many connections there should be, and how many bring all their streams; one that is being replaced does.
    var census: VenueStatus.Connections {
        let live = connections.indices.count { shard in
            connections[shard].connection.phase == .live || successions[shard]?.old.phase == .live
        }
        return VenueStatus.Connections(live: live, total: connections.count)
    }

    var reconnects: Int { connections.reduce(reconnectsBefore) { $0 + $1.connection.reconnects } }

    var counts: VenueCounts {
        var counts = done
        counts.refusals = dialect.refusals.byName
        counts.repeatedBookMessages = books?.repeated ?? 0
        return counts
    }

    private func makeConnection(shard: Int, generation: Int) -> VenueConnection {
        var logger = logger
        logger[metadataKey: "connection"] = "\(shard)"
        // The session owns its connections and outlives them: `stop` ends both.
        let observer = VenueConnection.Observer(
            read: { [unowned self] in read($0, shard: shard, generation: generation) },
            lost: { [unowned self] in lost(shard: shard, generation: generation) },
            acted: { [unowned self] in note($0, shard: shard, generation: generation) },
            changed: { [unowned self] in changed() }
        )
        return VenueConnection(
            dialect: dialect,
            policy: policy,
            attempts: attempts,
            client: client,
            eventLoop: eventLoop,
            observer: observer,
            logger: logger
        )
    }

    private func note(_ action: ConnectionMachine.Action, shard: Int, generation: Int) {
        switch action {
        case .waiting(let fault, _): done.faults[fault.name, default: 0] += 1
        case .refused(let streams): done.refusedStreams += streams.count
        case .replace: beginSuccession(shard: shard)
        case .live: endSuccession(shard: shard, generation: generation)
        case .connect, .subscribe, .unsubscribe, .ping, .disconnect: break
        }
    }

    private func read(_ message: ByteBuffer, shard: Int, generation: Int) -> VenueConnection.Reading {
        let begun = NIODeadline.now()
        let now = clock.now()
        done.messages += 1
        events.removeAll(keepingCapacity: true)
        var reading = VenueConnection.Reading.nothing
        message.withUnsafeReadableBytes { bytes in
            do throws(FrameRefusal) {
                let decoded = try dialect.decode(bytes, receivedTime: now, into: &events)
                reading = take(decoded, shard: shard, generation: generation, at: now)
            } catch {
                // Counted by the dialect, and logged once a second at most.
            }
        }
        if !events.isEmpty { deliver(events) }
        if case .market = reading { delivered(Double((NIODeadline.now() - begun).nanoseconds) / 1e9) }
        return reading
    }

    private func take(
        _ message: VenueMessage,
        shard: Int,
        generation: Int,
        at now: MarketTime
    ) -> VenueConnection.Reading {
        switch message {
        case .market(let group): return .market(group)
        case .book(let frame):
            if !isPassed(frame, shard: shard, generation: generation), let step = books?.receive(frame) {
                perform(step, market: frame.market, exchangeTime: frame.exchangeTime, receivedTime: now)
            }
            return .market(.books)
        case .acknowledged(let request): return .event(.acknowledged(request))
        case .refused(let refusal):
            logger.warning(
                "The venue refused a request.",
                metadata: ["code": "\(refusal.code)", "reason": "\(refusal.text)"]
            )
            return .event(.refused(refusal))
        case .pong: return .event(.pong)
        case .closing: return .event(.closing)
        case .ignored: return .nothing
        }
    }
}

// MARK: - Books

extension DialectSession {
    /// Takes the answer to a request for a book; nil when there was none.
    func take(picture: BookFrame?, market: Int) {
        guard let step = books?.take(picture: picture, market: market) else { return }
        perform(step, market: market, exchangeTime: picture?.exchangeTime, receivedTime: clock.now())
    }

    /// Lets the books look at the time.
    func everySecond() { perform(books?.everySecond() ?? []) }

    private func followBooks(of markets: [VenueSession.Followed]) {
        let wanted = markets.compactMap { followed -> BookDesk.Entry? in
            guard followed.withBook, let market = dialect.market(of: followed.instrument) else { return nil }
            let streams = dialect.streams(of: followed.instrument, withBook: true)
            guard let stream = streams.first(where: { $0.group == .books }) else { return nil }
            return BookDesk.Entry(
                market: market,
                instrument: followed.instrument,
                section: followed.section,
                stream: stream.name
            )
        }
        perform(books?.follow(wanted) ?? [])
    }

    private func perform(_ steps: [(market: Int, step: BookSync.Step)]) {
        let now = clock.now()
        for (market, step) in steps { perform(step, market: market, exchangeTime: nil, receivedTime: now) }
    }

    private func perform(_ step: BookSync.Step, market: Int, exchangeTime: MarketTime?, receivedTime: MarketTime) {
        if let update = step.update {
            let event = MarketEvent(
                venue: venue,
                exchangeTime: exchangeTime,
                receivedTime: receivedTime,
                payload: .book(update)
            )
            deliver([event])
            if update.kind == .lost {
                logger.info("A book was lost and begins anew.", metadata: ["symbol": "\(update.symbol)"])
            }
        }
        guard let request = step.request, let entry = books?.entry(market: market) else { return }
        switch request {
        case .picture:
            askPicture(
                PictureRequest(
                    instrument: entry.instrument,
                    market: entry.market,
                    section: entry.section,
                    dialect: dialect.name
                )
            )
        case .resubscription:
            let shard = (0..<plan.shardCount).first { plan.symbols(shard: $0).contains(entry.market.symbol) }
            if let shard, shard < connections.count { connections[shard].connection.renew(stream: entry.stream) }
        }
    }
}

// MARK: - Replacing a connection

/// A connection that goes on until its successor is live.
///
/// Both are read meanwhile: what is heard twice is told apart by its number or its time.
private struct Succession {
    let old: VenueConnection
    /// Markets whose book the successor has begun.
    var begun: Set<Int> = []
}

extension DialectSession {
    private func beginSuccession(shard: Int) {
        done.faults[ConnectionFault.planned.name, default: 0] += 1
        let (old, generation) = connections[shard]
        successions[shard] = Succession(old: old)
        let successor = makeConnection(shard: shard, generation: generation + 1)
        connections[shard] = (successor, generation + 1)
        successor.start(streams: plan.streams(shard: shard))
    }

    private func endSuccession(shard: Int, generation: Int) {
        guard generation == connections[shard].generation else { return }
        guard let succession = successions.removeValue(forKey: shard) else { return }
        reconnectsBefore += succession.old.reconnects
        _ = succession.old.stop()
    }

    /// A connection is gone, and with it what it carried.
    private func lost(shard: Int, generation: Int) {
        guard shard < connections.count else { return }
        let symbols = plan.symbols(shard: shard)
        switch (generation == connections[shard].generation, successions[shard]) {
        case (true, nil): perform(books?.interrupted(symbols) ?? [])
        case (true, let succession?):
            // The old one goes on with the books that the successor has not begun.
            perform(books?.interrupted(markets: succession.begun) ?? [])
            successions[shard]?.begun = []
        case (false, let succession?):
            // It ended before its successor was live, which makes this a reconnection like others.
            successions[shard] = nil
            reconnectsBefore += succession.old.reconnects + 1
            perform(books?.interrupted(symbols, except: succession.begun) ?? [])
        case (false, nil): break
        }
    }

    /// Whether a message about a book comes from a connection whose successor has begun that book on its own stream: the
    /// numbers of the two agree, and the moments at which they are told do not.
    private func isPassed(_ frame: BookFrame, shard: Int, generation: Int) -> Bool {
        guard !successions.isEmpty, let succession = successions[shard] else { return false }
        guard dialect.bookRule?.picturesComeOverREST == false else { return false }
        if generation != connections[shard].generation { return succession.begun.contains(frame.market) }
        successions[shard]?.begun.insert(frame.market)
        return false
    }
}

extension WebSocketLimits {
    /// No message of the venue is longer than what its decoder takes; a longer one ends the connection.
    fileprivate static func venue(frameBytes: Int) -> WebSocketLimits {
        var limits = WebSocketLimits.venue
        limits.maxFrameBytes = frameBytes
        limits.maxMessageBytes = frameBytes
        return limits
    }
}
