import Logging
import Markets
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import Testing
import VenueSimulator
import Venues

/// A feed on a simulated venue, both running, and everything that the feed delivered.
final class FeedHarness: Sendable {
    /// What a test changes.
    struct Settings: Sendable {
        var venue = Venue.binance
        /// Without perpetuals.
        var spotOnly = true
        var depth = VenueReader.Depth(markets: 8, books: 3)
        var quoteAssets: [String]?
        /// Listed beside what the venue lists.
        var more: [Instrument] = []
        var clock = MarketClock.system
        /// Coins of the simulated world; nil for all of them.
        var assets: Int?
        var tradesPerSecond = 2000.0
        var adjust: @Sendable (inout ConnectionPolicy) -> Void = { _ in }
    }

    /// One book as it was told.
    struct Book: Sendable {
        var book = OrderBook()
        var isLive = false
        var sequence: Int64 = 0
        /// How often it was lost.
        var losses = 0

        mutating func take(_ update: BookUpdate) {
            sequence = update.sequence
            switch update.kind {
            case .snapshot: book.replace(bids: update.bids, asks: update.asks)
            case .changes: book.apply(bids: update.bids, asks: update.asks)
            case .lost: losses += 1
            }
            isLive = update.kind != .lost
        }
    }

    struct Record: Sendable {
        var instruments: [Instrument] = []
        var statuses: [VenueStatus] = []
        var tickers: [Symbol: Ticker] = [:]
        var quotes: [Symbol: Quote] = [:]
        var trades: [Trade] = []
        /// What they were of: conditions are looked at after every delivery, and may not go through all of it.
        var traded: Set<Symbol> = []
        var candles: [Candle] = []
        var charted: Set<Symbol> = []
        /// Of which a closed candle was told.
        var closed: Set<Symbol> = []
        var books: [Symbol: Book] = [:]
        var liquidations: [Liquidation] = []
        var openInterest: [Symbol: OpenInterest] = [:]
        var funding: [Symbol: Funding] = [:]
        /// Deliveries that did not come on the feed's event loop.
        var strays = 0

        /// Every connection that there should be brings all its streams.
        var isWhole: Bool {
            statuses.last.map { $0.connections.total > 0 && $0.connections.live == $0.connections.total } == true
        }

        /// What a wait that came to nothing says of where things stood.
        var summary: String {
            let books = books.mapValues { "\($0.isLive ? "live" : "lost"), \($0.losses) losses" }
            return "\(trades.count) trades, books \(books), \(statuses.last.map { "\($0)" } ?? "no status")"
        }

        mutating func add(_ event: MarketEvent) {
            switch event.payload {
            case .ticker(let ticker): tickers[ticker.symbol] = ticker
            case .quote(let quote): quotes[quote.symbol] = quote
            case .trade(let trade):
                trades.append(trade)
                traded.insert(trade.symbol)
            case .candle(let candle):
                candles.append(candle)
                charted.insert(candle.symbol)
                if candle.isClosed { closed.insert(candle.symbol) }
            case .book(let update): books[update.symbol, default: Book()].take(update)
            case .liquidation(let liquidation): liquidations.append(liquidation)
            case .openInterest(let interest): openInterest[interest.symbol] = interest
            case .funding(let figures): funding[figures.symbol] = figures
            }
        }
    }

    let simulator: VenueSimulator
    let port: Int
    private let record: FeedRecord
    private let leftOpen = Atomic(-1)

    private init(simulator: VenueSimulator, port: Int, record: FeedRecord) {
        self.simulator = simulator
        self.port = port
        self.record = record
    }

    /// The simulator's connections when the feed had ended.
    var connectionsAfterStop: Int { leftOpen.load(ordering: .relaxed) }

    /// Messages of which the feed told how long they took.
    var timed: Int { record.timed.load(ordering: .relaxed) }

    /// What was delivered so far.
    var delivered: Record { record.value }

    /// Waits until what was delivered satisfies the condition, looking at it after every delivery.
    func until(_ condition: @escaping @Sendable (Record) -> Bool) async {
        await record.until(condition)
    }

    /// Runs both while the body runs, then stops the feed as a program would, and the simulator after it.
    @discardableResult
    static func running(
        _ settings: Settings = Settings(),
        _ body: @escaping @Sendable (FeedHarness) async throws -> Void
    ) async throws -> FeedHarness {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let simulator = VenueSimulator(
            venue: settings.venue,
            source: .market(
                seed: 7,
                tradesPerSecond: settings.tradesPerSecond,
                clock: settings.clock,
                assets: settings.assets
            ),
            logger: logger
        )
        let simulating = ServiceGroup(services: [simulator], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await simulating.run() }
            let port = try await simulator.boundPort
            var configuration = Self.configuration(settings, port: port)
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            let record = FeedRecord(eventLoop: eventLoop)
            configuration.delivered = { if $0 > 0 { record.timed.wrappingAdd(1, ordering: .relaxed) } }
            let feed = VenueFeed(configuration, sink: record.sink, eventLoop: eventLoop, logger: logger)
            let harness = FeedHarness(simulator: simulator, port: port, record: record)
            let feeding = ServiceGroup(services: [feed], logger: logger)
            group.addTask { try await feeding.run() }
            try await body(harness)
            await feeding.triggerGracefulShutdown()
            try await group.next()
            harness.leftOpen.store(simulator.openConnections, ordering: .relaxed)
            await simulating.triggerGracefulShutdown()
            try await group.waitForAll()
            return harness
        }
    }
}

extension FeedHarness {
    private static func configuration(_ settings: Settings, port: Int) -> VenueFeed.Configuration {
        let endpoints = VenueEndpoints(
            rest: "http://127.0.0.1:\(port)",
            webSocket: "ws://127.0.0.1:\(port)",
            isSimulated: true
        )
        var configuration = VenueReader(
            settings.venue,
            spot: endpoints,
            perpetuals: endpoints,
            depth: settings.depth,
            spotOnly: settings.spotOnly
        ).feed
        for index in configuration.sections.indices {
            let section = configuration.sections[index]
            if let quoteAssets = settings.quoteAssets {
                configuration.sections[index].choice = MarketChoice(
                    limit: section.choice.limit,
                    quoteAssets: quoteAssets
                )
            }
            configuration.sections[index].instruments = { () throws(VenueRequestError) in
                let listed = try await section.instruments()
                let family = listed.first?.symbol.isPerpetual
                return listed + settings.more.filter { $0.symbol.isPerpetual == family }
            }
        }
        configuration.adjustPolicy = { policy in
            policy.backoffBase = .milliseconds(20)
            settings.adjust(&policy)
        }
        return configuration
    }
}

/// Keeps what a feed delivers, and wakes whoever waits for something in it.
final class FeedRecord: Sendable {
    private struct State {
        var record = FeedHarness.Record()
        var waiting:
            [Int: (condition: @Sendable (FeedHarness.Record) -> Bool, resume: CheckedContinuation<Void, Never>)] = [:]
        var next = 0
    }

    private let eventLoop: any EventLoop
    private let state = Mutex(State())
    /// Messages of which it was told how long they took.
    let timed = Atomic<Int>(0)

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    var value: FeedHarness.Record { state.withLock { $0.record } }

    var sink: MarketSink {
        MarketSink(
            receive: { events in self.note { record in for event in events { record.add(event) } } },
            instruments: { _, instruments in self.note { $0.instruments = instruments } },
            status: { _, status in self.note { $0.statuses.append(status) } }
        )
    }

    func note(_ change: (inout FeedHarness.Record) -> Void) {
        let inLoop = eventLoop.inEventLoop
        let met = state.withLock { state in
            change(&state.record)
            if !inLoop { state.record.strays += 1 }
            let met = state.waiting.filter { $0.value.condition(state.record) }
            for key in met.keys { state.waiting[key] = nil }
            return met.values.map(\.resume)
        }
        for continuation in met { continuation.resume() }
    }

    /// Returns once the condition holds, or when the task is cancelled (a test that ran out of its time).
    func until(_ condition: @escaping @Sendable (FeedHarness.Record) -> Bool) async {
        defer {
            if Task.isCancelled { Issue.record("waited in vain: \(value.summary)") }
        }
        let key = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if Task.isCancelled || condition(state.record) { return true }
                    state.waiting[key] = (condition, continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: key)?.resume }?.resume()
        }
    }
}
