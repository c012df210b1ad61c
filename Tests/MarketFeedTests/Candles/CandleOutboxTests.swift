import MarketFeed
import Markets
import Testing

@Suite("Candles on their way to the store")
struct CandleOutboxTests {
    @Test("The newest word on a candle is written, in the order in which the candles came")
    func newestWord() throws {
        var outbox = CandleOutbox()
        outbox.put(try row(1, trades: 1))
        outbox.put(try row(2, trades: 1))
        outbox.put(try row(1, trades: 5))
        #expect(outbox.count == 2)
        let batch = outbox.takeBatch(limit: 10)
        #expect(batch.candles == [try row(1, trades: 5), try row(2, trades: 1)])
        #expect(outbox.takeBatch(limit: 10).isEmpty)
    }

    @Test("An open candle never takes the place of a closed one, waiting or being written")
    func closedStays() throws {
        var outbox = CandleOutbox()
        outbox.put(try row(1, trades: 3))
        outbox.put(try row(1, trades: 9, isClosed: false))
        #expect(outbox.takeBatch(limit: 10).candles == [try row(1, trades: 3)])
        outbox.put(try row(1, trades: 9, isClosed: false))
        #expect(outbox.count == 0)
    }

    @Test("What the store did not take goes back in its order, unless newer words have come")
    func givenBack() throws {
        var outbox = CandleOutbox()
        for minute in 1...4 as ClosedRange<Int64> { outbox.put(try row(minute, trades: 1)) }
        let batch = outbox.takeBatch(limit: 3)
        outbox.put(try row(2, trades: 7))
        outbox.giveBack(batch)
        let again = outbox.takeBatch(limit: 10).candles
        #expect(
            Set(again)
                == Set([try row(1, trades: 1), try row(3, trades: 1), try row(4, trades: 1), try row(2, trades: 7)])
        )
        #expect(again.first == (try row(1, trades: 1)))
    }

    @Test("Readers see what waits and what is being written, the newer word first")
    func readable() throws {
        var outbox = CandleOutbox()
        let series = try CandleSeries()
        outbox.put(try row(1, trades: 1))
        _ = outbox.takeBatch(limit: 1)
        outbox.put(try row(1, trades: 2))
        outbox.put(try row(2, trades: 1))
        let seen = outbox.candles(of: series, in: .minutes(0, 10)).sorted { $0.openTime < $1.openTime }
        #expect(seen == [try row(1, trades: 2).candle, try row(2, trades: 1).candle])
        #expect(outbox.candles(of: series, in: .minutes(2, 3)).map(\.trades) == [1])
        outbox.confirm()
        #expect(outbox.candles(of: series, in: .minutes(0, 10)).count == 2)
    }

    @Test("When it is full the oldest candles become a gap, and nothing is lost in silence")
    func full() throws {
        var outbox = CandleOutbox(capacity: 3)
        for minute in 1...5 as ClosedRange<Int64> { outbox.put(try row(minute, trades: 1)) }
        #expect(outbox.count == 3)
        #expect(outbox.givenUp == 2)
        let batch = outbox.takeBatch(limit: 10)
        #expect(batch.candles.map(\.candle.openTime) == (3...5).map { TimeSpan.minutes($0, 9).from })
        #expect(batch.gaps == [CandleGap(series: try CandleSeries(), span: .minutes(1, 3))])
        for minute in 6...8 as ClosedRange<Int64> { outbox.put(try row(minute, trades: 1)) }
        outbox.giveBack(batch)
        #expect(outbox.count == 3)
        #expect(outbox.takeBatch(limit: 10).gaps == [CandleGap(series: try CandleSeries(), span: .minutes(1, 6))])
    }

    @Test("A mark is cleared only when no candle waits that could be the filling one")
    func clearedLast() throws {
        var outbox = CandleOutbox()
        let gap = CandleGap(series: try CandleSeries(), span: .minutes(1, 3))
        outbox.put(try row(1, trades: 1))
        outbox.put(try row(2, trades: 1))
        outbox.clear(gap)
        #expect(outbox.takeBatch(limit: 1).filled.isEmpty)
        #expect(outbox.takeBatch(limit: 1).filled == [gap])
    }

    @Test("A gap that is filled before its mark was written leaves no mark; one that opens again stays marked")
    func markAndClear() throws {
        var outbox = CandleOutbox()
        let gap = CandleGap(series: try CandleSeries(), span: .minutes(1, 3))
        outbox.mark(gap)
        outbox.clear(gap)
        #expect(outbox.takeBatch(limit: 1).gaps.isEmpty)
        outbox.clear(gap)
        outbox.mark(gap)
        let batch = outbox.takeBatch(limit: 1)
        #expect(batch.gaps == [gap])
        #expect(batch.filled.isEmpty)
    }

    private func row(_ minute: Int64, trades: Int, isClosed: Bool = true) throws -> VenueCandle {
        VenueCandle(
            venue: .binance,
            candle: try Samples.candle(minute: minute, trades: trades, isClosed: isClosed)
        )
    }
}
