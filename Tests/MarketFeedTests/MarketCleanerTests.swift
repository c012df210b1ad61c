import Logging
import MarketFeed
import Markets
import Synchronization
import Testing

@Suite("Deleting what is too old")
struct MarketCleanerTests {
    let clock = ManualWallClock()
    let store = MemoryStore()
    let liquidations = MemoryLiquidations()

    @Test("Candles go by the age that their length is kept for, gap marks with them; what is not named stays")
    func byInterval() async throws {
        let minutes = [-3 * 1_440 - 1, -3 * 1_440, -2 * 1_440, -1] as [Int64]
        let rows = try minutes.flatMap { minute in
            try [CandleInterval.oneMinute, .fiveMinutes, .oneDay].map { interval in
                var candle = try Samples.candle(interval: interval, minute: 0)
                candle.openTime = Samples.midnight.adding(milliseconds: minute * 60_000)
                return VenueCandle(venue: .binance, candle: candle)
            }
        }
        try await store.port.upsert(rows)
        let series = try CandleSeries()
        try await store.port.markGap(CandleGap(series: series, span: .minutes(-4 * 1_440, -3 * 1_440)))
        try await store.port.markGap(CandleGap(series: series, span: .minutes(-4 * 1_440, -3 * 1_440 + 1)))
        let cleaner = cleaner(MarketRetention(candleDays: [.oneMinute: 3, .fiveMinutes: 2], liquidationDays: 1))
        #expect(try await cleaner.round() == 3)
        #expect(store.candles(series).count == 3)
        #expect(store.candles(try CandleSeries(.fiveMinutes)).count == 2)
        #expect(store.candles(try CandleSeries(.oneDay)).count == 4)
        #expect(store.gaps.count == 1)
        #expect(try await cleaner.round() == 0)
    }

    @Test("A round deletes batch by batch and leaves the rest to the next one")
    func batches() async throws {
        let total = MarketCleaner.batchSize * MarketCleaner.batchesPerRound + 7
        let calls = CountingStore(rows: total)
        let cleaner = cleaner(MarketRetention(candleDays: [:], liquidationDays: 1), liquidations: calls.port)
        #expect(try await cleaner.round() == total - 7)
        #expect(try await cleaner.round() == 7)
        #expect(calls.calls == MarketCleaner.batchesPerRound + 1)
    }

    private func cleaner(_ retention: MarketRetention, liquidations other: LiquidationStore? = nil) -> MarketCleaner {
        var pace = MarketFeedPace()
        pace.backfillCall = .zero
        return MarketCleaner(
            candles: store.port,
            liquidations: other ?? liquidations.port,
            retention: retention,
            pace: pace,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: clock.now
        )
    }
}

/// A store that only counts what is deleted of it.
private final class CountingStore: Sendable {
    private let state: Mutex<(rows: Int, calls: Int)>

    init(rows: Int) { state = Mutex((rows, 0)) }

    var calls: Int { state.withLock(\.calls) }

    var port: LiquidationStore {
        LiquidationStore(
            insert: { _ in },
            sums: { _ in [] },
            recent: { _, _ in [] },
            prune: { _, limit in
                self.state.withLock { state in
                    let deleted = min(limit, state.rows)
                    state.rows -= deleted
                    state.calls += 1
                    return deleted
                }
            }
        )
    }
}
