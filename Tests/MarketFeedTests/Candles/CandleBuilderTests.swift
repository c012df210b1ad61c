import MarketFeed
import Markets
import Testing

@Suite("Building one-minute candles")
struct CandleBuilderTests {
    private let start = Samples.midnight.milliseconds
    private let minute: Int64 = 60_000

    @Test("A minute whose trades were all heard closes three seconds after its end, exact to the last digit")
    func closes() throws {
        var builder = try begun()
        var outputs = builder.ingest([
            try trade(1, price: "100.1", quantity: "0.3", at: minute),
            try trade(2, price: "99.9", quantity: "0.00000001", at: minute + 10_000),
            try trade(3, price: "100.2", quantity: "1", at: 2 * minute - 1),
            try trade(4, price: "101", quantity: "2", at: 2 * minute),
            try trade(5, price: "101", quantity: "2", at: 2 * minute + 2_999),
        ])
        #expect(outputs.isEmpty)
        outputs = builder.ingest([try trade(6, price: "101", at: 2 * minute + 3_000)])
        let expected = Candle(
            symbol: try Samples.symbol(),
            interval: .oneMinute,
            openTime: Samples.midnight.adding(milliseconds: minute),
            open: try Samples.price("100.1"),
            high: try Samples.price("100.2"),
            low: try Samples.price("99.9"),
            close: try Samples.price("100.2"),
            volume: try #require(Quantity("1.30000001")),
            quoteVolume: try #require(Money("130.230000999")),
            trades: 3,
            isClosed: true
        )
        #expect(outputs == [.closed(VenueCandle(venue: .binance, candle: expected))])
        #expect(builder.live(try CandleSeries()).map(\.candle.trades) == [3])
    }

    @Test("The first minute, joined in the middle, is not called closed but marked as a gap")
    func firstMinute() throws {
        var builder = CandleBuilder()
        var ledger = CandleLedger()
        ledger.take(builder.ingest([try trade(1, at: 30_000)]))
        #expect(builder.live(try CandleSeries()).map(\.isSound) == [false])
        ledger.take(builder.ingest([try trade(2, at: minute + 3_000)]))
        #expect(ledger.closed(try CandleSeries()).isEmpty)
        #expect(ledger.gaps(try CandleSeries()) == [.minutes(0, 1)])
        #expect(ledger.candles[try CandleSeries()]?[Samples.midnight]?.isClosed == false)
    }

    @Test("The venue's closed candle wins over ours, and the difference is counted")
    func venueWins() throws {
        var builder = try begun()
        _ = builder.ingest([try trade(1, price: "100", at: minute), try trade(2, price: "101", at: minute + 1)])
        let venues = try Samples.candle(minute: 1, open: "100", close: "102", volume: "3", trades: 3)
        let outputs = builder.ingest([Samples.event(venues, at: start + 2 * minute)])
        #expect(outputs == [.closed(VenueCandle(venue: .binance, candle: venues))])
        #expect(builder.counters(of: .binance).differed == 1)
        // Ours does not come back when the grace is over, nor by a late trade.
        let later = builder.ingest([try trade(3, at: 2 * minute + 4_000), try trade(4, at: minute + 59_000)])
        #expect(later.isEmpty)
    }

    @Test("An equal candle of the venue is written once and counted as agreeing")
    func venueAgrees() throws {
        var builder = try begun()
        _ = builder.ingest([try trade(1, price: "100", at: minute)])
        let venues = try Samples.candle(minute: 1, open: "100")
        #expect(builder.ingest([Samples.event(venues, at: start + 2 * minute)]).count == 1)
        #expect(builder.ingest([Samples.event(venues, at: start + 2 * minute + 1)]).isEmpty)
        #expect(builder.ingest([try trade(2, at: 2 * minute + 5_000)]).isEmpty)
        #expect(builder.counters(of: .binance).differed == 0)
        #expect(builder.counters(of: .binance).agreed == 2)
    }

    @Test("A venue's candle that comes after ours was closed corrects it")
    func lateVenueCandle() throws {
        var builder = try begun()
        let outputs = builder.ingest([try trade(1, price: "100", at: minute), try trade(2, at: 2 * minute + 3_000)])
        #expect(outputs.count == 1)
        let venues = try Samples.candle(minute: 1, open: "100", close: "103", trades: 2)
        #expect(
            builder.ingest([Samples.event(venues, at: start + 2 * minute + 3_500)])
                == [.closed(VenueCandle(venue: .binance, candle: venues))]
        )
    }

    @Test("A candle of the venue fills the gap of a minute that was not heard in full")
    func venueFills() throws {
        var builder = CandleBuilder()
        var ledger = CandleLedger()
        ledger.take(builder.ingest([try trade(1, at: 30_000), try trade(2, at: minute + 3_000)]))
        #expect(ledger.gaps(try CandleSeries()) == [.minutes(0, 1)])
        let venues = try Samples.candle(minute: 0, trades: 9)
        ledger.take(builder.ingest([Samples.event(venues, at: start + minute + 4_000)]))
        #expect(ledger.gaps(try CandleSeries()).isEmpty)
        #expect(ledger.closed(try CandleSeries()) == [venues])
    }

    @Test("A trade that comes late within the kept minutes corrects the closed candle")
    func lateTrade() throws {
        var builder = try begun(on: .okx)
        var ledger = CandleLedger()
        let series = try CandleSeries(on: .okx)
        ledger.take(builder.ingest([try trade(1, on: .okx, price: "100", at: minute)]))
        ledger.take(builder.ingest([try trade(3, on: .okx, price: "100", at: 2 * minute + 3_000)]))
        #expect(ledger.closed(series).map(\.trades) == [1])
        ledger.take(builder.ingest([try trade(2, on: .okx, price: "105", at: minute + 59_999)]))
        #expect(ledger.closed(series).map(\.trades) == [2])
        #expect(ledger.closed(series).first?.close == (try Samples.price("105")))
    }

    @Test("A trade of a minute that is no longer kept is counted and marks a gap")
    func tooLate() throws {
        var builder = try begun(on: .okx)
        var ledger = CandleLedger()
        for place in 1...8 as ClosedRange<Int64> {
            ledger.take(builder.ingest([try trade(place * 10, on: .okx, at: place * minute)]))
        }
        ledger.take(builder.ingest([try trade(11, on: .okx, at: minute + 5)]))
        #expect(builder.counters(of: .okx).late == 1)
        #expect(ledger.gaps(try CandleSeries(on: .okx)) == [.minutes(1, 2)])
    }

    @Test("A minute waits for a trade that was overtaken, and closes when it comes")
    func overtaken() throws {
        var builder = try begun()
        var ledger = CandleLedger()
        let series = try CandleSeries()
        ledger.take(builder.ingest([try trade(1, at: minute), try trade(3, at: 2 * minute + 1)]))
        ledger.take(builder.ingest([try trade(4, at: 2 * minute + 3_000)]))
        #expect(ledger.closed(series).isEmpty)
        #expect(builder.live(series).map(\.candle.openTime) == [1, 2].map { TimeSpan.minutes($0, 9).from })
        ledger.take(builder.ingest([try trade(2, price: "101", at: 2 * minute - 1)]))
        #expect(ledger.closed(series).map(\.trades) == [2])
        #expect(ledger.gaps(series).isEmpty)
    }

    @Test("A doubled trade counts once")
    func doubled() throws {
        var builder = try begun()
        let once = try trade(1, at: minute)
        let outputs = builder.ingest([once, once, once, try trade(2, at: 2 * minute + 3_000)])
        guard case .closed(let row) = outputs.first else { throw UnexpectedOutput() }
        #expect(row.candle.trades == 1)
        #expect(builder.counters(of: .binance).duplicates == 2)
    }

    @Test("A missing trade number becomes a gap over every minute in which it may have been")
    func missingNumbers() throws {
        var builder = try begun()
        var ledger = CandleLedger()
        ledger.take(
            builder.ingest([
                try trade(1, at: minute), try trade(2, at: minute + 30_000),
                try trade(50, at: 4 * minute + 20_000), try trade(51, at: 5 * minute + 3_000),
                try trade(52, at: 6 * minute + 3_000),
            ])
        )
        #expect(ledger.gaps(try CandleSeries()) == [.minutes(1, 5)])
        #expect(ledger.closed(try CandleSeries()).map(\.openTime) == [TimeSpan.minutes(5, 6).from])
    }

    @Test("Numbers that go on without a hole mean that an outage has missed nothing")
    func harmlessOutage() throws {
        var builder = try begun()
        var ledger = CandleLedger()
        ledger.take(builder.ingest([try trade(1, at: minute)]))
        builder.interrupt(.binance)
        ledger.take(builder.ingest([try trade(2, at: 9 * minute), try trade(3, at: 10 * minute + 3_000)]))
        #expect(ledger.gaps(try CandleSeries()).isEmpty)
        #expect(ledger.closed(try CandleSeries()).count == 2)
    }

    @Test("On a venue without consecutive numbers an outage is a gap from the last trade before to the first behind")
    func outage() throws {
        var builder = try begun(on: .okx)
        var ledger = CandleLedger()
        ledger.take(builder.ingest([try trade(1, on: .okx, at: minute)]))
        builder.interrupt(.okx)
        ledger.take(
            builder.ingest([
                try trade(2, on: .okx, at: 9 * minute + 1), try trade(3, on: .okx, at: 10 * minute + 3_000),
            ])
        )
        #expect(ledger.gaps(try CandleSeries(on: .okx)) == [.minutes(1, 10)])
        #expect(ledger.closed(try CandleSeries(on: .okx)).isEmpty)
    }

    @Test("A minute without trades has no candle and is no gap")
    func quietMinute() throws {
        var builder = try begun()
        var ledger = CandleLedger()
        ledger.take(
            builder.ingest([
                try trade(1, at: minute), try trade(2, at: 4 * minute), try trade(3, at: 5 * minute + 3_000),
            ])
        )
        #expect(ledger.closed(try CandleSeries()).map(\.openTime) == [1, 4].map { TimeSpan.minutes($0, 5).from })
        #expect(ledger.gaps(try CandleSeries()).isEmpty)
    }

    @Test("A market that is known by the venue's candles alone has gaps where one is missing")
    func candlesAlone() throws {
        var builder = CandleBuilder()
        var ledger = CandleLedger()
        for place in [0, 1, 4, 5] as [Int64] {
            let candle = try Samples.candle(minute: place)
            ledger.take(builder.ingest([Samples.event(candle, at: start + (place + 1) * minute)]))
        }
        #expect(ledger.closed(try CandleSeries()).count == 4)
        #expect(ledger.gaps(try CandleSeries()) == [.minutes(2, 4)])
    }

    @Test("An open candle of the venue shows until it is closed; one that is never closed is a gap")
    func neverClosed() throws {
        var builder = CandleBuilder()
        var ledger = CandleLedger()
        let open = try Samples.candle(minute: 0, trades: 5, isClosed: false)
        let older = try Samples.candle(minute: 0, trades: 3, isClosed: false)
        ledger.take(builder.ingest([Samples.event(open, at: start + 10), Samples.event(older, at: start + 9)]))
        #expect(builder.live(try CandleSeries()) == [LiveCandle(candle: open, isSound: true)])
        let next = try Samples.candle(minute: 1, isClosed: false)
        ledger.take(builder.ingest([Samples.event(next, at: start + minute + 3_000)]))
        ledger.take(builder.ingest([Samples.event(next, at: start + minute + 9_000)]))
        #expect(ledger.gaps(try CandleSeries()) == [.minutes(0, 1)])
        #expect(builder.counters(of: .binance).gaps == 1)
    }

    @Test("A sum beyond the range never traps; the minute is left to the venue")
    func overflow() throws {
        var builder = try begun()
        var ledger = CandleLedger()
        let huge = "99999999999999999999"
        ledger.take(
            builder.ingest([
                try trade(1, price: "1", quantity: huge, at: minute),
                try trade(2, price: "1", quantity: huge, at: minute + 1),
                try trade(3, price: huge, quantity: huge, at: minute + 2),
                try trade(4, at: 2 * minute + 3_000),
            ])
        )
        #expect(ledger.closed(try CandleSeries()).isEmpty)
        #expect(ledger.gaps(try CandleSeries()) == [.minutes(1, 2)])
    }

    @Test("Markets beyond the bound are not followed, and counted")
    func bounded() throws {
        var builder = CandleBuilder(maximumMarkets: 1)
        _ = builder.ingest([try Samples.trade("AUSDT", id: 1, at: start), try Samples.trade("BUSDT", id: 1, at: start)])
        #expect(builder.follows(try Samples.symbol("AUSDT"), on: .binance))
        #expect(!builder.follows(try Samples.symbol("BUSDT"), on: .binance))
        #expect(builder.counters(of: .binance).beyondBound == 1)
    }

    /// A builder that has heard the minute before, so that the next one is whole.
    private func begun(on venue: Venue = .binance) throws -> CandleBuilder {
        var builder = CandleBuilder()
        let first = try Samples.candle(minute: 0)
        _ = builder.ingest([
            try trade(0, on: venue, at: 0), Samples.event(first, on: venue, at: start + minute),
        ])
        return builder
    }

    private func trade(
        _ id: Int64,
        on venue: Venue = .binance,
        price: String = "100",
        quantity: String = "1",
        at time: Int64
    ) throws -> MarketEvent {
        try Samples.trade(on: venue, id: id, price: price, quantity: quantity, at: start + time)
    }

    struct UnexpectedOutput: Error {}
}
