import Logging
import Markets
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import VenueSimulator
import Venues

/// A feed on a simulated venue, both running, and everything that the feed delivered.
final class FeedHarness: Sendable {
    /// What a test changes.
    struct Settings: Sendable {
        var quoteAssets = ["USDT", "USDC", "FDUSD", "BTC"]
        var adjust: @Sendable (inout ConnectionPolicy) -> Void = { _ in }
    }

    struct Record: Sendable {
        var instruments: [Instrument] = []
        var statuses: [VenueStatus] = []
        var tickers: [Symbol: Ticker] = [:]
        var quotes: [Symbol: Quote] = [:]
        var trades: [Trade] = []
        var candles: [Candle] = []
        /// Deliveries that did not come on the feed's event loop.
        var strays = 0

        mutating func add(_ event: MarketEvent) {
            switch event.payload {
            case .ticker(let ticker): tickers[ticker.symbol] = ticker
            case .quote(let quote): quotes[quote.symbol] = quote
            case .trade(let trade): trades.append(trade)
            case .candle(let candle): candles.append(candle)
            case .book, .liquidation, .openInterest, .funding: break
            }
        }
    }

    let simulator: VenueSimulator
    let feed: VenueFeed
    private let record: FeedRecord
    private let leftOpen = Atomic(-1)

    private init(simulator: VenueSimulator, feed: VenueFeed, record: FeedRecord) {
        self.simulator = simulator
        self.feed = feed
        self.record = record
    }

    /// The simulator's connections when the feed had ended.
    var connectionsAfterStop: Int { leftOpen.load(ordering: .relaxed) }

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
        let simulator = VenueSimulator(source: .market(seed: 7), logger: logger)
        let simulating = ServiceGroup(services: [simulator], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await simulating.run() }
            let port = try await simulator.boundPort
            let endpoints = VenueEndpoints(
                rest: "http://127.0.0.1:\(port)",
                webSocket: "ws://127.0.0.1:\(port)",
                isSimulated: true
            )
            var section = VenueSection.binanceSpot(
                BinanceSpotClient(endpoints: endpoints),
                symbolLimit: 8,
                bookLimit: 3
            )
            section.choice = MarketChoice(limit: 8, quoteAssets: settings.quoteAssets)
            var configuration = VenueFeed.Configuration(
                venue: .binance,
                isSimulated: true,
                dialects: { [BinanceSpotDialect(endpoints: endpoints)] },
                sections: [section]
            )
            configuration.adjustPolicy = { policy in
                policy.backoffBase = .milliseconds(20)
                settings.adjust(&policy)
            }
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            let record = FeedRecord(eventLoop: eventLoop)
            let feed = VenueFeed(configuration, sink: record.sink, eventLoop: eventLoop, logger: logger)
            let harness = FeedHarness(simulator: simulator, feed: feed, record: record)
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
