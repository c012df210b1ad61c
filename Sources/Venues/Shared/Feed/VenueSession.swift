import Logging
import Markets
import NIOCore
import WebSockets

/// The running half of a feed: connections, decoders and lag of one venue, all on one event loop.
///
/// One loop is enough by far (a core decodes several hundred thousand messages a second, a venue sends some ten
/// thousand at its busiest), and makes locks and hand-overs between loops unnecessary.
final class VenueSession {
    private let configuration: VenueFeed.Configuration
    private let eventLoop: any EventLoop
    private let clock: VenueClock
    private let sink: MarketSink
    private let logger: Logger

    private let families: [DialectSession]
    /// What each section lists.
    private var listings: [[Instrument]]
    /// What each section follows.
    private var followed: [[Followed]]
    private var lag = LagWindow()
    private var lastHeard: MarketTime?
    private var reporter: VenueStatusReporter
    private var heartbeat: RepeatedTask?
    private var loggedRefusals = 0
    private var eventCount = 0

    /// A market that is followed.
    struct Followed: Hashable {
        let instrument: Instrument
        let section: Int
        let withBook: Bool
    }

    init(
        configuration: VenueFeed.Configuration,
        eventLoop: any EventLoop,
        clock: VenueClock,
        sink: MarketSink,
        askPicture: @escaping @Sendable (PictureRequest) -> Void,
        logger: Logger
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.clock = clock
        self.sink = sink
        self.logger = logger
        listings = Array(repeating: [], count: configuration.sections.count)
        followed = Array(repeating: [], count: configuration.sections.count)
        families = configuration.dialects().map { dialect in
            var policy = dialect.policy
            configuration.adjustPolicy(&policy)
            return DialectSession(
                dialect,
                of: configuration.venue,
                policy: policy,
                eventLoop: eventLoop,
                clock: clock,
                logger: logger
            )
        }
        reporter = VenueStatusReporter(
            venue: configuration.venue,
            isSimulated: configuration.isSimulated,
            sink: sink
        )
        for family in families {
            family.deliver = { [unowned self] in deliver($0) }
            family.delivered = configuration.delivered
            family.changed = { [unowned self] in report() }
            family.askPicture = askPicture
        }
    }

    /// Takes over what a section lists, and tells the sink everything that the venue lists.
    func list(_ instruments: [Instrument], section: Int) {
        listings[section] = instruments
        for family in families { family.dialect.learn(instruments) }
        sink.instruments(configuration.venue, listings.flatMap(\.self))
    }

    /// Delivers figures from REST, except those of markets that a stream brings.
    func deliver(figures: [MarketEvent]) {
        let streamed = families.reduce(into: Set<StreamedFigure>()) { $0.formUnion($1.streamedFigures) }
        let missing = figures.filter { event in
            !streamed.contains(StreamedFigure(symbol: event.symbol, group: StreamGroup(event.payload)))
        }
        if !missing.isEmpty { sink.receive(missing) }
    }

    /// Follows these markets of a section, most wanted first: connects the first time, changes subscriptions later.
    func follow(_ instruments: [Instrument], bookLimit: Int, section: Int) {
        followed[section] = instruments.enumerated().map { place, instrument in
            Followed(instrument: instrument, section: section, withBook: place < bookLimit)
        }
        let all = followed.flatMap(\.self)
        for family in families { family.follow(all) }
        guard heartbeat == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        heartbeat = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            bound.value.everySecond()
        }
    }

    /// Takes the answer to a request for a book; nil when there was none.
    func take(picture: BookFrame?, for request: PictureRequest) {
        families.first { $0.dialect.name == request.dialect }?.take(picture: picture, market: request.market.index)
    }

    /// Says that nothing is heard, before there is a connection.
    func reportDown() { report() }

    /// Closes every connection; the future is done when all are gone.
    func stop() -> EventLoopFuture<Void> {
        heartbeat?.cancel()
        let closing = families.flatMap { $0.stop() }
        report()
        return EventLoopFuture.andAllComplete(closing, on: eventLoop)
    }

    /// Hands on the events of one message.
    private func deliver(_ events: [MarketEvent]) {
        guard let newest = events.last else { return }
        lastHeard = newest.receivedTime
        if let time = newest.exchangeTime { lag.add(newest.receivedTime.since(time)) }
        eventCount += events.count
        sink.receive(events)
    }

    private func everySecond() {
        for family in families { family.everySecond() }
        report()
        let refused = families.reduce(0) { $0 + $1.dialect.refusals.total }
        guard refused > loggedRefusals else { return }
        logger.warning(
            "Messages of the venue were refused.",
            metadata: ["new": "\(refused - loggedRefusals)", "total": "\(refused)"]
        )
        loggedRefusals = refused
    }

    private func report() {
        let summary = lag.summary
        let connections = families.reduce(into: VenueStatus.Connections(live: 0, total: 0)) { sum, family in
            let census = family.census
            sum.live += census.live
            sum.total += census.total
        }
        var counts = families.reduce(into: VenueCounts()) { $0.add($1.counts) }
        counts.events = eventCount
        let status = VenueStatus(
            state: reporter.state(live: connections.live, of: connections.total, lag: summary),
            lastMessageAt: lastHeard,
            lag: summary,
            reconnects: families.reduce(0) { $0 + $1.reconnects },
            connections: connections,
            counts: counts
        )
        reporter.report(status, at: .now())
    }
}
