import Logging
import MarketFeed
import Markets
import Synchronization
import Testing

@Suite("Candles of every venue")
struct VenuesOfCandlesTests {
    let clock = ManualWallClock(TimeSpan.minutes(1_000, 1_001).from)

    @Test("Each venue is asked for its own past, in calls no longer than it allows", arguments: [100, 300, 1_000])
    func callLimits(limit: Int) async throws {
        let (clock, series) = (clock, try CandleSeries(on: .okx))
        let calls = Mutex<[TimeSpan]>([])
        let memory = MemoryHistory(now: clock.now)
        let okx = CandleHistory(callLimit: { _ in limit }) { series, span in
            calls.withLock { $0.append(span) }
            return try memory.candles(series, span)
        }
        let keeper = try keeper(history: CandleHistory([.okx: okx]))
        let page = try await keeper.candles(
            CandleRequest(symbol: series.symbol, venue: .okx, interval: .oneMinute, limit: 900)
        )
        #expect(page.items.count == 900)
        #expect(page.gaps.isEmpty)
        let lengths = calls.withLock { $0.map { $0.to.since($0.from) / 60_000 } }
        #expect(lengths.allSatisfy { $0 <= Int64(limit) })
        #expect(lengths.reduce(0, +) == 900)
    }

    @Test("A venue without a history keeps its gaps marked")
    func noHistory() async throws {
        let keeper = try keeper(history: CandleHistory([:]))
        let page = try await keeper.candles(
            CandleRequest(symbol: try Samples.symbol(), venue: .okx, interval: .oneMinute, limit: 10)
        )
        #expect(page.items.isEmpty)
        #expect(page.gaps == [.minutes(991, 1_000)])
    }

    @Test("Where numbers tell nothing, a trade that is sent again counts once, and any number is a new trade")
    func unnumbered() throws {
        var builder = CandleBuilder()
        let start = Samples.midnight.milliseconds
        // Numbers made of a hash: neither in order nor near each other.
        let ids = [9_000_000_000, -5, 77, 8_999_999_999, 12, -9_000_000_000] as [Int64]
        let trades = try ids.enumerated().map { place, id in
            try Samples.trade(on: .bybit, id: id, price: "\(100 + place)", at: start + 60_000 + Int64(place))
        }
        var outputs = builder.ingest([try Samples.trade(on: .bybit, id: 1, at: start)] + trades + trades)
        outputs += builder.ingest([try Samples.trade(on: .bybit, id: 2, at: start + 130_000)])
        var ledger = CandleLedger()
        ledger.take(outputs)
        let minute = try #require(ledger.closed(try CandleSeries(on: .bybit)).first)
        #expect(minute.trades == ids.count)
        #expect(minute.open == Price("100") && minute.close == Price("105"))
        #expect(builder.counters(of: .bybit).duplicates == ids.count)
    }

    @Test("The gaps of each venue are counted by themselves")
    func gapsByVenue() throws {
        var builder = CandleBuilder()
        let start = Samples.midnight.milliseconds
        for venue in [Venue.binance, .okx] {
            _ = builder.ingest([
                try Samples.trade(on: venue, id: 1, at: start), try Samples.trade(on: venue, id: 2, at: start + 63_001),
            ])
        }
        builder.interrupt(.okx)
        _ = builder.ingest([try Samples.trade(on: .okx, id: 3, at: start + 300_000)])
        #expect(builder.counters(of: .okx).gaps > builder.counters(of: .binance).gaps)
        #expect(builder.counters(of: .bybit).gaps == 0)
    }

    private func keeper(history: CandleHistory) throws -> CandleKeeper {
        let board = MarketBoard(now: clock.now)
        board.list([try Samples.instrument("BTCUSDT", on: .okx, base: "BTC", quote: "USDT")], on: .okx)
        return CandleKeeper(
            board: board,
            store: MemoryStore().port,
            history: history,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: clock.now
        )
    }
}
