import MarketFeed
import Markets
import Postgres
import Storage
import Testing

@Suite("Stored candles", .database, .timeLimit(.minutes(5)))
struct CandleStoreTests {
    static let begin: Int64 = 1_735_689_600_000  // 2025-01-01 00:00 UTC
    static let series: CandleSeries = {
        guard let symbol = Symbol("BTCUSDT") else { preconditionFailure("BTCUSDT is a symbol") }
        return CandleSeries(venue: .binance, symbol: symbol, interval: .oneMinute)
    }()

    private func time(_ minute: Int) -> MarketTime { MarketTime(milliseconds: Self.begin + Int64(minute) * 60_000) }

    private func candle(
        _ minute: Int,
        close: String = "101.5",
        volume: String = "3",
        trades: Int = 5,
        closed: Bool = true,
        series: CandleSeries = series
    ) throws -> VenueCandle {
        VenueCandle(
            venue: series.venue,
            candle: Candle(
                symbol: series.symbol,
                interval: series.interval,
                openTime: time(minute),
                open: try #require(Price("100")),
                high: try #require(Price("1000")),
                low: try #require(Price("0.000000000000000001")),
                close: try #require(Price(close)),
                volume: try #require(Quantity(volume)),
                quoteVolume: try #require(Money("300.000000000000000001")),
                trades: trades,
                isClosed: closed
            )
        )
    }

    private func stored(_ store: CandleStore, limit: Int = 1000) async throws -> [Candle] {
        try await store.range(CandleQuery(series: Self.series, limit: limit))
    }

    @Test("A candle comes back to its last digit, from the smallest number the schema holds to the largest")
    func digits() async throws {
        let store = CandleStore.postgres(try PostgresPool.ofTest())
        var item = try candle(0, close: "0.000000000000000001", volume: "99999999999999999999.999999999999999999")
        item.candle.high = try #require(Price("99999999999999999999.999999999999999999"))
        try await store.upsert([item])
        #expect(try await stored(store) == [item.candle])
    }

    struct Replacement: Sendable {
        let sentence: String
        let old: (close: String, trades: Int, closed: Bool)
        let new: (close: String, trades: Int, closed: Bool)
        let newStays: Bool
    }

    @Test(
        "Of two candles of one minute the better one stays",
        arguments: [
            Replacement(sentence: "grown", old: ("101", 5, false), new: ("102", 6, false), newStays: true),
            Replacement(sentence: "same trades, newer", old: ("101", 5, false), new: ("102", 5, false), newStays: true),
            Replacement(
                sentence: "begun anew after a restart",
                old: ("101", 5, false),
                new: ("102", 2, false),
                newStays: false
            ),
            Replacement(sentence: "closed", old: ("101", 5, false), new: ("102", 5, true), newStays: true),
            Replacement(
                sentence: "closed with fewer trades",
                old: ("101", 5, false),
                new: ("102", 1, true),
                newStays: true
            ),
            Replacement(
                sentence: "open after closed",
                old: ("101", 5, true),
                new: ("102", 900, false),
                newStays: false
            ),
            Replacement(sentence: "corrected", old: ("101", 5, true), new: ("102", 5, true), newStays: true),
        ]
    )
    func better(replacement: Replacement) async throws {
        let store = CandleStore.postgres(try PostgresPool.ofTest())
        let (old, new) = (replacement.old, replacement.new)
        let first = try candle(0, close: old.close, trades: old.trades, closed: old.closed)
        let second = try candle(0, close: new.close, trades: new.trades, closed: new.closed)
        try await store.upsert([first])
        try await store.upsert([second])
        #expect(try await stored(store) == [replacement.newStays ? second.candle : first.candle])
    }

    @Test("Writing a batch again changes nothing and writes nothing")
    func idempotent() async throws {
        let pool = try PostgresPool.ofTest()
        let store = CandleStore.postgres(pool)
        let batch = try (0..<5000).map { try candle($0) }
        try await store.upsert(batch)
        let version = "SELECT sum(xmin::text::bigint) AS writers, count(*) AS rows FROM candles"
        let before = try await pool.query(PostgresQuery(unescaped: version)).first
        try await store.upsert(batch)
        let after = try await pool.query(PostgresQuery(unescaped: version)).first
        #expect(try after?.decode("rows", as: Int.self) == 5000)
        #expect(try before?.decode("writers", as: String.self) == after?.decode("writers", as: String.self))
    }

    @Test("One bad candle keeps its whole batch out, and the next batch finds the way free")
    func wholeOrNothing() async throws {
        let store = CandleStore.postgres(try PostgresPool.ofTest())
        var bad = try candle(7)
        bad.candle.low = try #require(Price("500"))
        let batch = try [candle(1), bad, candle(2)]
        await #expect(throws: PostgresError.self) { try await store.upsert(batch) }
        #expect(try await stored(store).isEmpty)
        try await store.upsert([try candle(3)])
        #expect(try await stored(store).map(\.openTime) == [time(3)])
        try await store.upsert([])
    }

    @Test("Writers of the same minutes in opposite orders do not block each other out, and nothing is doubled")
    func concurrent() async throws {
        let store = CandleStore.postgres(try PostgresPool.ofTest())
        let batch = try (0..<400).map { try candle($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<12 {
                let mine = writer.isMultiple(of: 2) ? batch : batch.reversed()
                group.addTask { try await store.upsert(mine) }
            }
            try await group.waitForAll()
        }
        #expect(try await stored(store) == batch.map(\.candle))
    }

    @Test("A page begins at from, or ends at to, or holds the newest; always oldest first, never another series")
    func pages() async throws {
        let store = CandleStore.postgres(try PostgresPool.ofTest())
        let perpetual = CandleSeries(
            venue: .binance,
            symbol: try #require(Symbol("BTCUSDT-PERP")),
            interval: .oneMinute
        )
        var elsewhere = Self.series
        elsewhere.venue = .okx
        try await store.upsert(try (0..<10).map { try candle($0) })
        try await store.upsert(
            try [candle(3, close: "7", series: perpetual), candle(3, close: "8", series: elsewhere)]
        )
        func minutes(from: Int? = nil, to: Int? = nil, limit: Int = 100) async throws -> [Int64] {
            let query = CandleQuery(series: Self.series, from: from.map(time), to: to.map(time), limit: limit)
            return try await store.range(query).map { ($0.openTime.milliseconds - Self.begin) / 60_000 }
        }
        #expect(try await minutes() == Array(0...9))
        #expect(try await minutes(limit: 3) == [7, 8, 9])
        #expect(try await minutes(to: 5, limit: 3) == [2, 3, 4])
        #expect(try await minutes(from: 2, limit: 3) == [2, 3, 4])
        #expect(try await minutes(from: 2, to: 4) == [2, 3])
        #expect(try await minutes(from: 4, to: 4) == [])
        #expect(try await minutes(from: 50) == [])
        #expect(try await store.range(CandleQuery(series: perpetual, limit: 9)).map(\.close.description) == ["7"])
        #expect(try await store.range(CandleQuery(series: elsewhere, limit: 9)).map(\.close.description) == ["8"])
    }

    @Test("Gaps are marked once, found where they overlap, listed newest first and forgotten when they are filled")
    func gaps() async throws {
        let store = CandleStore.postgres(try PostgresPool.ofTest())
        func span(_ from: Int, _ to: Int) -> TimeSpan { TimeSpan(from: time(from), to: time(to)) }
        func gap(_ from: Int, _ to: Int) -> CandleGap { CandleGap(series: Self.series, span: span(from, to)) }
        for item in [gap(10, 12), gap(10, 12), gap(20, 25), gap(20, 22), gap(30, 31)] { try await store.markGap(item) }
        #expect(try await store.gaps(Self.series, span(0, 100)) == [gap(10, 12), gap(20, 25), gap(30, 31)])
        #expect(try await store.gaps(Self.series, span(12, 20)) == [])
        #expect(try await store.gaps(Self.series, span(11, 21)) == [gap(10, 12), gap(20, 25)])
        #expect(try await store.openGaps(2) == [gap(30, 31), gap(20, 25)])
        try await store.clearGap(gap(19, 24))
        #expect(try await store.openGaps(9).count == 3)
        try await store.clearGap(gap(19, 31))
        #expect(try await store.openGaps(9) == [gap(10, 12)])
    }

    @Test("The oldest candles of one length are deleted first, and the gap marks before them with the last")
    func prune() async throws {
        let store = CandleStore.postgres(try PostgresPool.ofTest())
        var hourly = Self.series
        hourly.interval = .oneHour
        var elsewhere = Self.series
        elsewhere.venue = .okx
        try await store.upsert(
            try (0..<5).map { try candle($0) } + [candle(0, series: hourly), candle(1, series: elsewhere)]
        )
        func gap(_ from: Int, _ to: Int) -> CandleGap {
            CandleGap(series: Self.series, span: TimeSpan(from: time(from), to: time(to)))
        }
        try await store.markGap(gap(-5, -1))
        try await store.markGap(gap(2, 4))
        #expect(try await store.prune(.oneMinute, time(3), 3) == 3)
        #expect(try await store.openGaps(9).count == 2)
        #expect(try await store.prune(.oneMinute, time(3), 3) == 1)
        #expect(try await store.prune(.oneMinute, time(3), 3) == 0)
        #expect(try await stored(store).map(\.openTime) == [time(3), time(4)])
        #expect(try await store.range(CandleQuery(series: hourly, limit: 9)).count == 1)
        #expect(try await store.range(CandleQuery(series: elsewhere, limit: 9)).isEmpty)
        #expect(try await store.openGaps(9) == [gap(2, 4)])
    }
}
