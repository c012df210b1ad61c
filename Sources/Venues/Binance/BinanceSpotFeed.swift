package import Logging
package import Markets
package import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Binance spot, live: the listing, every market's 24-hour figures, and trades, one-minute candles and best bid and ask
/// of the markets that trade most.
///
/// Starts as soon as the venue answers and tries again until then; ends with a graceful shutdown, its connections
/// closed. Everything is delivered to the ``MarketSink`` on one event loop.
package final class BinanceSpotFeed: Service {
    package struct Configuration: Sendable {
        package var endpoints: BinanceEndpoints
        /// Markets followed trade by trade.
        package var symbolLimit = 100
        /// Markets of other quote assets are not followed trade by trade.
        package var quoteAssets = ["USDT", "USDC", "FDUSD", "BTC"]
        /// Half of what the venue allows.
        package var streamsPerConnection = 512
        package var policy = ConnectionPolicy()
        /// How often the listing is read again and the markets are chosen again.
        package var listingInterval: Duration = .seconds(3600)
        /// How often the figures of the markets without streams are read again; weight 80 of 6,000 a minute each.
        package var tickersInterval: Duration = .seconds(60)

        package init(endpoints: BinanceEndpoints) { self.endpoints = endpoints }
    }

    private let configuration: Configuration
    private let client: BinanceSpotClient
    private let choice: BinanceMarketChoice
    private let sink: MarketSink
    private let onGap: @Sendable (VenueGap) -> Void
    private let eventLoop: any EventLoop
    private let clock: VenueClock
    private let logger: Logger
    private let latestCounts = Mutex(FeedCounts())

    /// - Parameters:
    ///   - configuration: where and how much.
    ///   - client: the venue over REST; its budget is shared with whoever else holds it.
    ///   - sink: where everything goes.
    ///   - eventLoop: where the connections live; one of the process-wide group by default.
    ///   - clock: the wall clock, and the waits between REST requests.
    ///   - logger: gets `venue` added to its metadata.
    ///   - onGap: called on the event loop when markets are followed for the first time or again after an interruption.
    package init(
        configuration: Configuration,
        client: BinanceSpotClient,
        sink: MarketSink,
        eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next(),
        clock: VenueClock = .system,
        logger: Logger,
        onGap: @escaping @Sendable (VenueGap) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.client = client
        self.sink = sink
        self.eventLoop = eventLoop
        self.clock = clock
        self.onGap = onGap
        var logger = logger
        logger[metadataKey: "venue"] = "binance"
        self.logger = logger
        choice = BinanceMarketChoice(limit: configuration.symbolLimit, quoteAssets: configuration.quoteAssets)
    }

    /// A feed with the standard configuration and its own REST client.
    package convenience init(
        endpoints: BinanceEndpoints,
        symbolLimit: Int = 100,
        sink: MarketSink,
        logger: Logger,
        onGap: @escaping @Sendable (VenueGap) -> Void = { _ in }
    ) {
        var configuration = Configuration(endpoints: endpoints)
        configuration.symbolLimit = symbolLimit
        let client = BinanceSpotClient(endpoints: endpoints)
        self.init(configuration: configuration, client: client, sink: sink, logger: logger, onGap: onGap)
    }

    /// What the feed has done so far.
    package var counts: FeedCounts { latestCounts.withLock { $0 } }

    package func run() async throws {
        let session = try await eventLoop.submit { [self] in
            let session = makeSession()
            session.reportDown()
            return NIOLoopBound(session, eventLoop: eventLoop)
        }.get()
        do {
            try await cancelWhenGracefulShutdown { try await self.operate(session) }
        } catch is CancellationError {
            logger.info("The feed stops.")
        }
        try await eventLoop.flatSubmit { session.value.stop() }.get()
    }

    private func makeSession() -> BinanceSpotSession {
        BinanceSpotSession(
            configuration: configuration,
            eventLoop: eventLoop,
            clock: clock,
            sink: sink,
            onGap: onGap,
            publish: { [weak self] counts in self?.latestCounts.withLock { $0 = counts } },
            logger: logger
        )
    }

    /// Follows the venue until cancelled.
    private func operate(_ session: NIOLoopBound<BinanceSpotSession>) async throws {
        try await startListing(session)
        var sinceListing = Duration.zero
        while true {
            try await clock.sleep(configuration.tickersInterval)
            sinceListing += configuration.tickersInterval
            do throws(VenueRequestError) {
                if sinceListing >= configuration.listingInterval {
                    try await readListing(session)
                    sinceListing = .zero
                } else {
                    let tickers = try await client.dayTickers()
                    eventLoop.execute { session.value.deliver(dayTickers: tickers) }
                }
            } catch .cancelled {
                throw CancellationError()
            } catch {
                logger.warning("The venue's figures could not be read again.", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Reads the listing for the first time, however long that takes.
    private func startListing(_ session: NIOLoopBound<BinanceSpotSession>) async throws {
        var failures = 0
        while true {
            do throws(VenueRequestError) {
                return try await readListing(session)
            } catch .cancelled {
                throw CancellationError()
            } catch {
                let wait = Self.wait(after: error, failures: failures)
                failures += 1
                logger.warning(
                    "The venue's listing could not be read and will be asked for again.",
                    metadata: ["reason": "\(error)", "wait_ms": "\(wait / .milliseconds(1))"]
                )
                try await clock.sleep(wait)
            }
        }
    }

    /// One second, doubled per failure up to a minute, of which chance keeps half to all; longer if the venue says so.
    private static func wait(after error: VenueRequestError, failures: Int) -> Duration {
        let whole = min(60.0, Double(1 << min(failures, 6)))
        let jittered = Duration.seconds(Double.random(in: (whole / 2)...whole))
        return max(jittered, .seconds(error.retryAfterSeconds ?? 0))
    }

    private func readListing(_ session: NIOLoopBound<BinanceSpotSession>) async throws(VenueRequestError) {
        let instruments = try await client.instruments()
        let tickers = try await client.dayTickers()
        let chosen = choice.choose(from: instruments, dayTickers: tickers)
        logger.info(
            "The venue's listing was read.",
            metadata: ["markets": "\(instruments.count)", "followed": "\(chosen.count)"]
        )
        eventLoop.execute {
            // Figures first: at the start nothing is followed yet, so every market gets its own.
            session.value.deliver(instruments: instruments, dayTickers: tickers)
            session.value.follow(chosen)
        }
    }
}
