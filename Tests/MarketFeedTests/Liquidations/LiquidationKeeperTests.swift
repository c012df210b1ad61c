import Logging
import MarketFeed
import Markets
import TestKit
import Testing

@Suite("Liquidations")
struct LiquidationKeeperTests {
    let clock = ManualWallClock(Samples.midnight.adding(milliseconds: 43_200_000))
    let board: MarketBoard
    let store = MemoryLiquidations()
    let keeper: LiquidationKeeper
    let symbol: Symbol

    init() throws {
        symbol = try Samples.symbol("BTCUSDT-PERP")
        board = MarketBoard(now: clock.now)
        for venue in Venue.allCases {
            board.list([try Samples.instrument(symbol.text, on: venue, base: "BTC", quote: "USDT")], on: venue)
        }
        keeper = Self.keeper(board, store, clock)
    }

    @Test("Each is shown newest first, and summed by venue, side and window")
    func sums() throws {
        keeper.ingest([
            try liquidation(on: .bybit, .long, price: "100", quantity: "2", minutesAgo: 30),
            try liquidation(on: .bybit, .short, price: "100", quantity: "5", minutesAgo: 90),
            try liquidation(on: .okx, .long, price: "101", quantity: "1", minutesAgo: 5),
            try liquidation(on: .bybit, .long, price: "90", quantity: "1", minutesAgo: 300),
        ])
        let page = try keeper.page(symbol, venue: nil, limit: 10)
        #expect(page.recent.map { $0.liquidation.price.description } == ["101", "100", "100", "90"])
        #expect(try total(.bybit, .oneHour) == ["200", "0"])
        #expect(try total(.bybit, .fourHours) == ["200", "500"])
        #expect(try total(.bybit, .oneDay) == ["290", "500"])
        #expect(try total(.okx, .oneHour) == ["101", "0"])
        #expect(try total(.binance, .oneDay) == ["0", "0"])
        #expect(try keeper.page(symbol, venue: .okx, limit: 10).recent.count == 1)
        #expect(try keeper.page(symbol, venue: nil, limit: 2).recent.count == 2)
    }

    @Test("Bybit tells every one, Binance and OKX a sample, MEXC none")
    func completeness() throws {
        let totals = try keeper.page(symbol, venue: nil, limit: 1).totals
        #expect(totals.count == 9)
        #expect(Set(totals.filter { $0.completeness == .complete }.map(\.venue)) == [.bybit])
        #expect(Set(totals.filter { $0.completeness == .sampled }.map(\.venue)) == [.binance, .okx])
    }

    @Test("Where a venue was interrupted its sums say since when they are whole")
    func heardFrom() throws {
        func heard() throws -> Int64? {
            try keeper.page(symbol, venue: .bybit, limit: 1).totals.first?.heardFrom?.since(Samples.midnight)
        }
        #expect(try heard() == nil)
        keeper.report(VenueStatus(state: .live), on: .bybit)
        keeper.ingest([try Samples.ticker("BTCUSDT", on: .bybit, last: "1", at: 5)])
        #expect(try heard() == nil)  // spot says nothing of perpetuals
        keeper.ingest([try Samples.ticker(symbol.text, on: .bybit, last: "1", at: 0, receivedAt: received(1))])
        keeper.ingest([try Samples.ticker(symbol.text, on: .bybit, last: "1", at: 0, receivedAt: received(2))])
        #expect(try heard() == 1)
        keeper.report(VenueStatus(state: .live, reconnects: 1), on: .bybit)
        keeper.ingest([try Samples.ticker(symbol.text, on: .bybit, last: "1", at: 0, receivedAt: received(3))])
        #expect(try heard() == 3)
        keeper.report(VenueStatus(state: .down, reconnects: 1), on: .bybit)
        #expect(try heard() == nil)
    }

    @Test("One that a venue repeats after a reconnect counts once")
    func repeated() throws {
        let one = try liquidation(on: .okx, .long, price: "100", quantity: "2", minutesAgo: 3)
        keeper.ingest([one, one])
        keeper.ingest([one])
        #expect(try total(.okx, .oneHour) == ["200", "0"])
        #expect(keeper.counters.waiting == 1)
    }

    @Test("A window moves on minute by minute, also over random times", arguments: 1...10)
    func windows(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let minutes = (0..<120).map { _ in Int64.random(in: 0..<1_500, using: &random) }
        for (place, minute) in minutes.enumerated() {
            keeper.ingest([
                try liquidation(on: .bybit, .short, price: "1", quantity: "\(place + 1)", minutesAgo: minute)
            ])
        }
        for window in LiquidationWindow.allCases {
            let counted = zip(minutes.indices, minutes).filter { $1 < window.minutes }.reduce(0) { $0 + $1.0 + 1 }
            #expect(try total(.bybit, window) == ["0", "\(counted)"])
        }
        clock.advance(milliseconds: 1_440 * 60_000)
        #expect(try total(.bybit, .oneDay) == ["0", "0"])
    }

    @Test("Sums and recent ones survive a restart, and what was stored twice counts once")
    func restart() async throws {
        keeper.ingest([
            try liquidation(on: .bybit, .long, price: "100", quantity: "2", minutesAgo: 30),
            try liquidation(on: .bybit, .long, price: "100", quantity: "1", minutesAgo: 1_439),
            try liquidation(on: .okx, .short, price: "100", quantity: "7", minutesAgo: 0),
        ])
        try await keeper.flush()
        #expect(keeper.counters.waiting == 0)
        let next = Self.keeper(board, store, clock)
        // The venue repeats its last one before the store has answered.
        next.ingest([try liquidation(on: .okx, .short, price: "100", quantity: "7", minutesAgo: 0)])
        try await next.restore()
        let page = try next.page(symbol, venue: nil, limit: 10)
        #expect(page.recent.map(\.time) == (try keeper.page(symbol, venue: nil, limit: 10).recent.map(\.time)))
        let totals = { (keeper: LiquidationKeeper) in
            try keeper.page(symbol, venue: nil, limit: 1).totals.map { "\($0.long) \($0.short)" }
        }
        #expect(try totals(next) == totals(keeper))
        try await next.flush()
        #expect(store.rows.count == 3)
    }

    @Test("While the store is away they wait, and none is lost when it is back")
    func storeAway() async throws {
        store.setAway(true)
        keeper.ingest([try liquidation(on: .bybit, .long, price: "100", quantity: "2", minutesAgo: 1)])
        await #expect(throws: MemoryLiquidations.Away.self) { try await keeper.flush() }
        #expect(keeper.counters.waiting == 1)
        store.setAway(false)
        try await keeper.flush()
        #expect(store.rows.count == 1)
        #expect(keeper.counters.waiting == 0)
    }

    @Test("Beyond the bound the oldest wait no longer and are counted; further symbols are refused")
    func bounded() throws {
        let keeper = LiquidationKeeper(
            board: board,
            store: store.port,
            maximumSymbols: 1,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: clock.now
        )
        for number in 0..<20_010 {
            keeper.ingest([try liquidation(on: .bybit, .long, price: "1", quantity: "\(number + 1)", minutesAgo: 1)])
        }
        #expect(keeper.counters == (20_000, 10))
        var other = try liquidation(on: .bybit, .long, price: "1", quantity: "1", minutesAgo: 1)
        let ether = try Samples.symbol("ETHUSDT-PERP")
        other.payload = .liquidation(
            Liquidation(symbol: ether, side: .long, price: try Samples.price("1"), quantity: try Samples.quantity("1"))
        )
        keeper.ingest([other])
        #expect(keeper.counters == (20_000, 10))
        #expect(try keeper.page(symbol, venue: nil, limit: 1_000).recent.count == 100)
    }

    @Test("A spot market has none, and nobody knows a symbol that is not listed")
    func others() throws {
        board.list([try Samples.instrument("BTCUSDT", base: "BTC", quote: "USDT")], on: .binance)
        let spot = try keeper.page(try Samples.symbol("BTCUSDT"), venue: nil, limit: 10)
        #expect(spot.recent.isEmpty && spot.totals.isEmpty)
        #expect(throws: MarketFeedError.symbolUnknown("XXXUSDT-PERP")) {
            try keeper.page(try Samples.symbol("XXXUSDT-PERP"), venue: nil, limit: 1)
        }
        #expect(throws: MarketFeedError.symbolNotOnVenue(try Samples.symbol("BTCUSDT"), .okx)) {
            try keeper.page(try Samples.symbol("BTCUSDT"), venue: .okx, limit: 1)
        }
    }

    private static func keeper(
        _ board: MarketBoard,
        _ store: MemoryLiquidations,
        _ clock: ManualWallClock
    ) -> LiquidationKeeper {
        LiquidationKeeper(
            board: board,
            store: store.port,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: clock.now
        )
    }

    private func total(_ venue: Venue, _ window: LiquidationWindow) throws -> [String] {
        let totals = try keeper.page(symbol, venue: nil, limit: 1).totals
        let one = try #require(totals.first { $0.venue == venue && $0.window == window })
        return [one.long.description, one.short.description]
    }

    private func received(_ milliseconds: Int64) -> Int64 { Samples.midnight.milliseconds + milliseconds }

    private func liquidation(
        on venue: Venue,
        _ side: PositionSide,
        price: String,
        quantity: String,
        minutesAgo: Int64
    ) throws -> MarketEvent {
        let liquidation = Liquidation(
            symbol: symbol,
            side: side,
            price: try Samples.price(price),
            quantity: try Samples.quantity(quantity)
        )
        let time = clock.now().milliseconds - minutesAgo * 60_000
        return Samples.event(.liquidation(liquidation), on: venue, at: time)
    }
}
