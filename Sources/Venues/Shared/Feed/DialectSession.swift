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
        case .live: noteLive(shard: shard, generation: generation)
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
            if successions.isEmpty { take(frame, at: now) } else { take(frame, shard, generation, at: now) }
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

    /// Lets the books look at the time, and connections that have been replaced end.
    func everySecond() {
        perform(books?.everySecond() ?? [])
        endSuccessions()
    }

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

    private func take(_ frame: BookFrame, at now: MarketTime) {
        guard let step = books?.receive(frame) else { return }
        perform(step, market: frame.market, exchangeTime: frame.exchangeTime, receivedTime: now)
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

/// A connection that goes on until its successor brings everything that it does.
///
/// Both are read meanwhile. The venue tells the two at moments of their own, so that of one event either may be first:
/// what is heard twice is told apart by its number or its time, and a book is the successor's from the first message on
/// with which it continues.
private struct Succession {
    /// From the successor's last subscription on: what the venue had sent to the old one alone comes in that time.
    static let overlap: TimeAmount = .seconds(1)
    /// For books of which the successor says nothing that continues them.
    static let patience: TimeAmount = .seconds(10)

    let old: VenueConnection
    /// Since when the successor brings all its streams.
    var liveSince: NIODeadline?
    /// The old one has been asked to close, and brings what was on its way.
    var isEnding = false
    /// Markets whose book is the successor's.
    var begun: Set<Int> = []
    /// By market, what the successor told of a book before the old one told what comes before that.
    var ahead: [Int: [BookFrame]] = [:]
}

extension DialectSession {
    private func beginSuccession(shard: Int) {
        // One that is still ending has had a whole connection's life to do so.
        if let succession = successions[shard] { finish(succession, shard: shard) }
        done.faults[ConnectionFault.planned.name, default: 0] += 1
        let (old, generation) = connections[shard]
        successions[shard] = Succession(old: old)
        let successor = makeConnection(shard: shard, generation: generation + 1)
        connections[shard] = (successor, generation + 1)
        successor.start(streams: plan.streams(shard: shard))
    }

    private func noteLive(shard: Int, generation: Int) {
        guard generation == connections[shard].generation else { return }
        successions[shard]?.liveSince = .now()
    }

    /// Lets the old connections go whose successors bring everything.
    private func endSuccessions() {
        let now = NIODeadline.now()
        for (shard, succession) in successions where !succession.isEnding {
            guard let since = succession.liveSince, now >= since + Succession.overlap else { continue }
            let missing = books?.live(of: plan.symbols(shard: shard)).subtracting(succession.begun) ?? []
            guard missing.isEmpty || now >= since + Succession.patience else { continue }
            successions[shard]?.isEnding = true
            succession.old.retire()
        }
    }

    /// The old connection has brought everything: the successor goes on alone.
    private func finish(_ succession: Succession, shard: Int) {
        successions[shard] = nil
        reconnectsBefore += succession.old.reconnects
        _ = succession.old.stop()
        let now = clock.now()
        for frame in succession.ahead.values.joined() { take(frame, at: now) }
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
            successions[shard]?.ahead = [:]
            successions[shard]?.liveSince = nil
        case (false, let succession?) where connections[shard].connection.phase == .live:
            finish(succession, shard: shard)
        case (false, let succession?):
            // It ended before its successor was live, which makes this a reconnection like others.
            finish(succession, shard: shard)
            reconnectsBefore += 1
            perform(books?.interrupted(symbols, except: succession.begun) ?? [])
        case (false, nil): break
        }
    }

    /// Takes a message about a book while connections are being replaced.
    private func take(_ frame: BookFrame, _ shard: Int, _ generation: Int, at now: MarketTime) {
        guard let books, let succession = successions[shard] else { return take(frame, at: now) }
        let isSuccessor = generation == connections[shard].generation
        if succession.begun.contains(frame.market) {
            if isSuccessor { take(frame, at: now) }
            return
        }
        let waiting = succession.ahead[frame.market] ?? []
        if isSuccessor {
            let isAhead = !waiting.isEmpty || books.isAhead(frame)
            if isAhead, waiting.count < BookSync.maximumBuffered {
                successions[shard]?.ahead[frame.market, default: []].append(frame)
                return
            }
        } else {
            take(frame, at: now)
            guard let next = waiting.first, !books.isAhead(next) else { return }
        }
        successions[shard]?.begun.insert(frame.market)
        successions[shard]?.ahead[frame.market] = nil
        for frame in isSuccessor ? waiting + [frame] : waiting { take(frame, at: now) }
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
