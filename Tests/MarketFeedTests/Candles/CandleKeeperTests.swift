import Logging
import MarketFeed
import Markets
import Synchronization
import Testing

@Suite("Keeping candles", .timeLimit(.minutes(1)))
struct CandleKeeperTests {
    let clock = ManualWallClock(TimeSpan.minutes(100, 101).from)
    let store = MemoryStore()
    let history: MemoryHistory
    let board: MarketBoard
    let keeper: CandleKeeper

    init() throws {
        history = MemoryHistory(now: clock.now)
        board = MarketBoard(now: clock.now)
        keeper = CandleKeeper(
            board: board,
            store: store.port,
            history: history.port,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: clock.now
        )
        board.list([try Samples.instrument("BTCUSDT", base: "BTC", quote: "USDT")], on: .binance)
    }

    // MARK: - Writing behind

    @Test("A candle counts as acknowledged when the store has it, not before")
    func acknowledged() async throws {
        keeper.ingest([Samples.event(try Samples.candle(minute: 1), at: time(minute: 2))])
        #expect(keeper.outboxCounters.waiting == 1)
        #expect(keeper.outboxCounters.acknowledged == 0)
        try await keeper.flush()
        #expect(keeper.outboxCounters == (0, 1, 0))
        #expect(store.candles(try CandleSeries()) == [try Samples.candle(minute: 1)])
    }

    @Test("A store that goes away at any call loses nothing and doubles nothing", arguments: 0...6)
    func storeAway(callsLeft: Int) async throws {
        for minute in 1...20 as ClosedRange<Int64> where minute != 7 {
            keeper.ingest([Samples.event(try Samples.candle(minute: minute), at: time(minute: minute + 1) + 3_000)])
            if minute.isMultiple(of: 5) {
                store.state.withLock { $0.callsLeft = callsLeft }
                try? await keeper.flush()
                store.setAway(false)
            }
        }
        try await keeper.flush()
        let minutes = store.candles(try CandleSeries()).map { $0.openTime.since(Samples.midnight) / 60_000 }
        #expect(minutes == (1...20).filter { $0 != 7 })
        #expect(store.gaps.contains(CandleGap(series: try CandleSeries(), span: .minutes(7, 8))))
        #expect(keeper.outboxCounters.waiting == 0)
    }

    @Test("While a slow store writes, the feed goes on and readers see every candle")
    func slowStore() async throws {
        let gate = Gate()
        let slow = MemoryStore(beforeUpsert: { await gate.pass() })
        let keeper = CandleKeeper(
            board: board,
            store: slow.port,
            history: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: clock.now
        )
        keeper.ingest([Samples.event(try Samples.candle(minute: 1), at: time(minute: 2))])
        async let flushed: Void = keeper.flush()
        await gate.arrived()
        keeper.ingest([Samples.event(try Samples.candle(minute: 2), at: time(minute: 3))])
        let request = try CandleRequest(
            symbol: Samples.symbol(),
            interval: .oneMinute,
            from: Samples.midnight,
            limit: 5
        )
        #expect(try await keeper.candles(request).items.map(\.isClosed) == [true, true])
        #expect(slow.candles(try CandleSeries()).isEmpty)
        await gate.open()
        try await flushed
        #expect(slow.candles(try CandleSeries()).count == 2)
    }

    @Test("At the stop the open candles are written too, as not closed")
    func openCandles() async throws {
        let open = try Samples.candle(minute: 5, trades: 3, isClosed: false)
        keeper.ingest([Samples.event(open, at: time(minute: 5) + 1)])
        keeper.queueOpenCandles()
        try await keeper.flush()
        #expect(store.candles(try CandleSeries()) == [open])
    }

    // MARK: - Reading

    @Test("On a fresh start a page comes from the venue, is stored, and is not fetched again")
    func freshStart() async throws {
        let request = try CandleRequest(symbol: Samples.symbol(), interval: .oneMinute, limit: 50)
        let page = try await keeper.candles(request)
        #expect(page.items.count == 50)
        #expect(page.items.first?.openTime == TimeSpan.minutes(51, 52).from)
        #expect(page.items.last?.openTime == TimeSpan.minutes(100, 101).from)
        #expect(page.items.map(\.isClosed) == Array(repeating: true, count: 49) + [false])
        #expect(page.gaps.isEmpty)
        #expect(history.calls.count == 1)
        try await keeper.flush()
        #expect(store.candles(try CandleSeries()).count == 49)
        #expect(try await keeper.candles(request).items.count >= 49)
        #expect(history.calls.count == 1)
    }

    @Test(
        "With `from` a page begins there, without it the page ends at `to` or now",
        arguments: [
            (10, 20, 500, 10...19), (10, nil, 5, 10...14), (nil, 30, 5, 25...29), (nil, nil, 3, 98...100),
            (90, nil, 500, 90...100), (10, 20, 4, 10...13), (95, 200, 500, 95...100),
        ] as [(Int64?, Int64?, Int, ClosedRange<Int64>)]
    )
    func anchored(from: Int64?, to: Int64?, limit: Int, expected: ClosedRange<Int64>) async throws {
        let request = try CandleRequest(
            symbol: Samples.symbol(),
            interval: .oneMinute,
            from: from.map { TimeSpan.minutes($0, 0).from },
            to: to.map { TimeSpan.minutes($0, 0).from },
            limit: limit
        )
        let items = try await keeper.candles(request).items
        #expect(items.map { $0.openTime.since(Samples.midnight) / 60_000 } == Array(expected))
    }

    @Test("Every interval is answered in whole candles of its own", arguments: CandleInterval.allCases)
    func intervals(interval: CandleInterval) async throws {
        let page = try await keeper.candles(try CandleRequest(symbol: Samples.symbol(), interval: interval, limit: 10))
        #expect(page.items.count == 10)
        #expect(
            zip(page.items, page.items.dropFirst()).allSatisfy {
                $1.openTime.since($0.openTime) == interval.milliseconds
            }
        )
        #expect(page.items.allSatisfy { interval.openTime(of: $0.openTime) == $0.openTime })
        #expect(page.items.last?.openTime == interval.openTime(of: clock.now()))
    }

    @Test("A range that lies in the future is empty")
    func future() async throws {
        let request = try CandleRequest(
            symbol: Samples.symbol(),
            interval: .oneMinute,
            from: TimeSpan.minutes(500, 501).from
        )
        #expect(try await keeper.candles(request).items.isEmpty)
        #expect(history.calls.isEmpty)
    }

    @Test("When the venue cannot be reached the page has what there is, and says what is missing")
    func unreachable() async throws {
        history.setReachable(false)
        try await store.port.upsert(
            try (90..<95 as Range<Int64>).map { VenueCandle(venue: .binance, candle: try Samples.candle(minute: $0)) }
        )
        let request = try CandleRequest(symbol: Samples.symbol(), interval: .oneMinute, limit: 11)
        let page = try await keeper.candles(request)
        #expect(page.items.count == 5)
        #expect(page.gaps == [.minutes(95, 100)])
        _ = try await keeper.candles(request)
        #expect(history.calls.count == 1)  // left alone for five seconds
        clock.advance(milliseconds: 5_001)
        history.setReachable(true)
        #expect(try await keeper.candles(request).gaps.isEmpty)
    }

    @Test("The open candle is served from the feed, not closed, and marked while its beginning is missing")
    func liveCandle() async throws {
        let now = time(minute: 100)
        keeper.ingest(board.ingest([try Samples.trade(id: 5, price: "104", at: now + 30_000)]))
        let request = try CandleRequest(symbol: Samples.symbol(), interval: .oneMinute, limit: 2)
        let page = try await keeper.candles(request)
        #expect(page.items.last?.close == (try Samples.price("104")))
        #expect(page.items.last?.isClosed == false)
        #expect(page.gaps == [.minutes(100, 101)])
        keeper.ingest([Samples.event(try Samples.candle(minute: 100, trades: 2), at: now + 60_000)])
        clock.advance(milliseconds: 60_000)
        #expect(try await keeper.candles(request).gaps.isEmpty)
    }

    @Test("A replay of an old day keeps the time of that day")
    func replay() async throws {
        let old = MarketTime(milliseconds: Samples.midnight.milliseconds - 90 * 86_400_000)
        keeper.ingest(board.ingest([try Samples.trade(id: 5, at: old.milliseconds + 1_000)]))
        let page = try await keeper.candles(try CandleRequest(symbol: Samples.symbol(), interval: .oneMinute, limit: 2))
        #expect(page.items.last?.openTime == old)
    }

    @Test("Readers of one stretch share one fetch")
    func singleFlight() async throws {
        history.hold()
        let keeper = keeper
        let request = try CandleRequest(symbol: Samples.symbol(), interval: .oneMinute, limit: 50)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await keeper.candles(request).items.count } }
            while history.calls.isEmpty { await Task.yield() }
            history.open()
            for try await count in group { #expect(count >= 49) }
        }
        #expect(history.calls.count == 1)
    }

    @Test("A reader who hangs up does not take the fetch from the others")
    func hangUp() async throws {
        history.hold()
        let keeper = keeper
        let request = try CandleRequest(symbol: Samples.symbol(), interval: .oneMinute, limit: 50)
        let first = Task { try await keeper.candles(request) }
        while history.calls.isEmpty { await Task.yield() }
        let second = Task { try await keeper.candles(request) }
        first.cancel()
        history.open()
        #expect(try await second.value.items.count == 50)
        #expect(history.calls.count == 1)
    }

    @Test("The budget of calls to a venue is kept, and readers are served without what it would have bought")
    func budget() async throws {
        for place in 0..<400 as Range<Int64> {
            let from = Samples.midnight.adding(milliseconds: -place * 60_000 * 10)
            let to = from.adding(milliseconds: 60_000)
            let request = try CandleRequest(symbol: Samples.symbol(), interval: .oneMinute, from: from, to: to)
            let page = try await keeper.candles(request)
            #expect(page.items.count == (place < 300 ? 1 : 0))
            #expect(page.gaps.isEmpty == (place < 300))
        }
        #expect(history.calls.count == 300)
        clock.advance(milliseconds: 60_000)
        let request = try CandleRequest(
            symbol: Samples.symbol(),
            interval: .oneMinute,
            from: .init(milliseconds: 1_700_000_040_000),
            limit: 1
        )
        #expect(try await keeper.candles(request).items.count == 1)
    }

    @Test("Marked gaps are reported, joined and clipped to what was asked")
    func gaps() async throws {
        history.setReachable(false)
        for span in [TimeSpan.minutes(10, 12), .minutes(12, 14), .minutes(20, 30)] {
            try await store.port.markGap(CandleGap(series: try CandleSeries(), span: span))
        }
        let candles = try (0..<100 as Range<Int64>).map { try Samples.candle(minute: $0) }
        try await store.port.upsert(candles.map { VenueCandle(venue: .binance, candle: $0) })
        let request = try CandleRequest(
            symbol: Samples.symbol(),
            interval: .oneMinute,
            from: TimeSpan.minutes(11, 0).from,
            to: TimeSpan.minutes(25, 0).from
        )
        #expect(try await keeper.candles(request).gaps == [.minutes(11, 14), .minutes(20, 25)])
    }

    @Test("A store that is away is said so")
    func storeAwayForReaders() async throws {
        store.setAway(true)
        let request = try CandleRequest(symbol: Samples.symbol(), interval: .oneMinute)
        await #expect(throws: MarketFeedError.storeUnavailable) { try await keeper.candles(request) }
    }

    @Test("Unknown symbols and venues are said so")
    func unknown() async throws {
        let symbol = try Samples.symbol("NOPEUSDT")
        await #expect(throws: MarketFeedError.symbolUnknown("NOPEUSDT")) {
            try await keeper.candles(try CandleRequest(symbol: symbol, interval: .oneMinute))
        }
        await #expect(throws: MarketFeedError.symbolNotOnVenue(try Samples.symbol(), .okx)) {
            try await keeper.candles(try CandleRequest(symbol: Samples.symbol(), venue: .okx, interval: .oneMinute))
        }
    }

    private func time(minute: Int64) -> Int64 { Samples.midnight.milliseconds + minute * 60_000 }
}

/// A door that callers wait at until it is opened.
private actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var watchers: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        guard !isOpen else { return }
        await withCheckedContinuation { call in
            waiting.append(call)
            for watcher in watchers { watcher.resume() }
            watchers = []
        }
    }

    /// Returns when somebody waits at the door.
    func arrived() async {
        guard waiting.isEmpty else { return }
        await withCheckedContinuation { watchers.append($0) }
    }

    func open() {
        isOpen = true
        for call in waiting { call.resume() }
        waiting = []
    }
}
