import Logging
import MarketFeed
import Markets
import ServiceLifecycle
import Synchronization
import Testing

@Suite("The feed as a service", .timeLimit(.minutes(1)))
struct MarketFeedTests {
    let clock = ManualWallClock(TimeSpan.minutes(100, 101).from)
    let store = MemoryStore()
    let liquidations = MemoryLiquidations()
    let history: MemoryHistory
    let feed: MarketFeed

    init() {
        history = MemoryHistory(now: clock.now)
        var pace = MarketFeedPace()
        pace.sweep = .milliseconds(1)
        pace.flush = .milliseconds(1)
        pace.backfill = .milliseconds(1)
        pace.backfillCall = .zero
        pace.longestRetry = .milliseconds(4)
        pace.warmCandles = 100
        feed = MarketFeed(
            store: store.port,
            liquidationStore: liquidations.port,
            history: history.port,
            pace: pace,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: clock.now
        )
    }

    @Test("What a venue says through the sink is on the board and, as candles, in the store")
    func throughTheSink() async throws {
        try await running {
            feed.sink.instruments(.binance, [try Samples.instrument("BTCUSDT", base: "BTC", quote: "USDT")])
            feed.sink.status(.binance, VenueStatus(state: .live))
            feed.sink.receive([try Samples.ticker(last: "101", at: time(minute: 99))])
            feed.sink.receive([Samples.event(try Samples.candle(minute: 99), at: time(minute: 100))])
            let series = try CandleSeries()
            try await until { store.candles(series).contains { $0.openTime == TimeSpan.minutes(99, 100).from } }
            #expect(feed.board.exchanges().map(\.status.state) == [.live])
            #expect(feed.board.tickersBody().count == 1)
        }
    }

    @Test("A gap is filled from the venue's history and its mark is cleared, whenever the store is back")
    func gapFilled() async throws {
        let gap = CandleGap(series: try CandleSeries(), span: .minutes(40, 60))
        try await store.port.markGap(gap)
        try await running {
            store.setAway(true)
            await Task.yield()
            store.setAway(false)
            try await until { store.gaps.isEmpty }
            #expect(store.candles(gap.series) == (try history.candles(gap.series, gap.span)))
        }
    }

    @Test("The most traded followed symbols get their history of every length unasked")
    func warmed() async throws {
        try await running {
            feed.sink.receive([
                try Samples.ticker(last: "101", at: time(minute: 99)),
                Samples.event(try Samples.candle(minute: 99), at: time(minute: 100)),
            ])
            for interval in CandleInterval.allCases {
                let series = try CandleSeries(interval)
                try await until { store.candles(series).count >= 99 }
            }
        }
    }

    @Test("A silent venue turns stale by itself")
    func sweeps() async throws {
        try await running {
            feed.sink.receive([try Samples.ticker(last: "101", at: time(minute: 100))])
            clock.advance(milliseconds: 2_001)
            let symbol = try Samples.symbol()
            try await until {
                feed.board.ticker(symbol).map { String(decoding: $0.bytes, as: UTF8.self).contains(#""stale":true"#) }
                    ?? false
            }
        }
    }

    @Test("The stop writes everything that is left, the open candle as not closed")
    func lastFlush() async throws {
        store.setAway(true)
        try await running {
            for minute in 95...99 as ClosedRange<Int64> {
                feed.sink.receive([Samples.event(try Samples.candle(minute: minute), at: time(minute: minute + 1))])
            }
            let open = try Samples.candle(minute: 100, isClosed: false)
            feed.sink.receive([Samples.event(open, at: time(minute: 100) + 1)])
            store.setAway(false)
        }
        let candles = store.candles(try CandleSeries()).filter { $0.openTime >= TimeSpan.minutes(95, 0).from }
        #expect(candles.map { $0.openTime.since(Samples.midnight) / 60_000 } == [95, 96, 97, 98, 99, 100])
        #expect(candles.last?.isClosed == false)
        #expect(feed.keeper.outboxCounters.waiting == 0)
    }

    /// Runs the service around the body and stops it gracefully behind it.
    private func running(_ body: () async throws -> Void) async throws {
        let group = ServiceGroup(
            services: [feed],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        async let run: Void = group.run()
        do {
            try await body()
        } catch {
            await group.triggerGracefulShutdown()
            try await run
            throw error
        }
        await group.triggerGracefulShutdown()
        try await run
    }

    /// Waits for something that the service brings about; the suite's time limit ends a wait in vain.
    private func until(_ condition: () -> Bool) async throws {
        while !condition() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    private func time(minute: Int64) -> Int64 { Samples.midnight.milliseconds + minute * 60_000 }
}
