import MarketFeed
import Markets
import TestKit
import Testing

@Suite("Longer candles")
struct CandlePyramidTests {
    private let start = Samples.midnight.milliseconds

    @Test("Three days of minutes give the candles of every length that folding them by hand gives", arguments: 1...4)
    func folded(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var builder = CandleBuilder()
        var ledger = CandleLedger()
        var minutes: [Candle] = []
        for place in 0..<Int64(3 * 1_440) {
            // Quiet minutes bring no candle; the first of all does, since it shows from when on nothing was missed.
            if place > 0, Int.random(in: 0..<10, using: &random) == 0 { continue }
            minutes.append(try Self.random(minute: place, &random))
        }
        // A market with trades, so that a minute without a candle is a quiet one.
        _ = builder.ingest([try Samples.trade(id: 1, at: start)])
        for candle in minutes {
            let closedAt = candle.openTime.milliseconds + 60_010
            ledger.take(builder.ingest([Samples.event(candle, at: closedAt)]))
        }
        ledger.take(builder.ingest([try Samples.trade("ETHUSDT", id: 1, at: start + 3 * 86_400_000 + 5_000)]))
        for interval in CandleInterval.allCases {
            let series = try CandleSeries(interval)
            #expect(ledger.closed(series) == Self.fold(minutes, interval), "\(interval)")
            #expect(ledger.gaps(series).isEmpty, "\(interval)")
        }
    }

    @Test("While it is built, a longer candle holds its closed minutes and the open one")
    func live() throws {
        var builder = CandleBuilder()
        for place in 0..<7 as Range<Int64> {
            let candle = try Samples.candle(minute: place, open: "\(100 + place)", trades: 2, isClosed: place < 6)
            _ = builder.ingest([Samples.event(candle, at: start + place * 60_000 + 59_999)])
        }
        let five = try #require(builder.live(try CandleSeries(.fiveMinutes)).last)
        #expect(five.isSound)
        #expect(five.candle.openTime == TimeSpan.minutes(5, 10).from)
        #expect(five.candle.open == (try Samples.price("105")))
        #expect(five.candle.close == (try Samples.price("106")))
        #expect(five.candle.trades == 4)
        let day = try #require(builder.live(try CandleSeries(.oneDay)).last)
        #expect(day.isSound)
        #expect(day.candle.trades == 14)
        #expect(day.candle.high == (try Samples.price("106")))
    }

    @Test("Windows that were joined in the middle are gaps; the first whole one is a candle")
    func joinedInTheMiddle() throws {
        var builder = CandleBuilder()
        var ledger = CandleLedger()
        for place in 3..<32 as Range<Int64> {
            let candle = try Samples.candle(minute: place)
            ledger.take(builder.ingest([Samples.event(candle, at: start + (place + 1) * 60_000 + 3_000)]))
        }
        #expect(ledger.gaps(try CandleSeries(.fiveMinutes)) == [.minutes(0, 5)])
        #expect(ledger.gaps(try CandleSeries(.fifteenMinutes)) == [.minutes(0, 15)])
        #expect(ledger.closed(try CandleSeries(.fiveMinutes)).map(\.openTime).first == TimeSpan.minutes(5, 10).from)
        #expect(ledger.closed(try CandleSeries(.fifteenMinutes)).map(\.openTime) == [TimeSpan.minutes(15, 30).from])
        #expect(builder.live(try CandleSeries(.oneHour)).map(\.isSound) == [false])
    }

    @Test("A gap in the minutes is a gap in every longer candle that it touches, and only there")
    func gapAbove() throws {
        var builder = CandleBuilder()
        var ledger = CandleLedger()
        for place in 0..<60 as Range<Int64> where !(21..<27).contains(place) {
            let candle = try Samples.candle(minute: place)
            ledger.take(builder.ingest([Samples.event(candle, at: start + (place + 1) * 60_000 + 3_000)]))
        }
        #expect(ledger.gaps(try CandleSeries(.oneMinute)) == [.minutes(21, 27)])
        #expect(ledger.gaps(try CandleSeries(.fiveMinutes)) == [.minutes(20, 30)])
        #expect(ledger.gaps(try CandleSeries(.fifteenMinutes)) == [.minutes(15, 30)])
        #expect(ledger.gaps(try CandleSeries(.oneHour)) == [.minutes(0, 60)])
        #expect(ledger.closed(try CandleSeries(.fiveMinutes)).count == 10)
        #expect(ledger.closed(try CandleSeries(.fifteenMinutes)).count == 3)
        #expect(ledger.closed(try CandleSeries(.oneHour)).isEmpty)
    }

    @Test("A correction within the window goes into the longer candle; one behind it marks the longer candle")
    func corrections() throws {
        var builder = CandleBuilder()
        var ledger = CandleLedger()
        for place in 0..<4 as Range<Int64> {
            let candle = try Samples.candle(minute: place)
            ledger.take(builder.ingest([Samples.event(candle, at: start + (place + 1) * 60_000)]))
        }
        let corrected = try Samples.candle(minute: 3, high: "150", trades: 7)
        ledger.take(builder.ingest([Samples.event(corrected, at: start + 4 * 60_000 + 1)]))
        let last = try Samples.candle(minute: 4)
        ledger.take(builder.ingest([Samples.event(last, at: start + 5 * 60_000 + 3_000)]))
        #expect(ledger.closed(try CandleSeries(.fiveMinutes)).map(\.trades) == [11])
        #expect(ledger.closed(try CandleSeries(.fiveMinutes)).map(\.high) == [try Samples.price("150")])
        let tooLate = try Samples.candle(minute: 4, high: "160", trades: 9)
        ledger.take(builder.ingest([Samples.event(tooLate, at: start + 5 * 60_000 + 3_500)]))
        #expect(ledger.gaps(try CandleSeries(.fiveMinutes)) == [.minutes(0, 5)])
    }

    @Test("History of the venue gives a window its beginning")
    func seeded() throws {
        var builder = CandleBuilder()
        var ledger = CandleLedger()
        let whole = try (0..<10 as Range<Int64>).map { try Samples.candle(minute: $0, trades: Int($0) + 1) }
        ledger.take(builder.ingest([Samples.event(whole[3], at: start + 4 * 60_000)]))
        builder.seed(Array(whole[..<4]), of: try CandleSeries(), over: .minutes(-10, 4))
        for candle in whole[4...] {
            ledger.take(builder.ingest([Samples.event(candle, at: candle.openTime.milliseconds + 60_000)]))
        }
        ledger.take(builder.ingest([try Samples.trade("ETHUSDT", id: 1, at: start + 603_000)]))
        #expect(ledger.gaps(try CandleSeries(.fiveMinutes)).isEmpty)
        #expect(ledger.closed(try CandleSeries(.fiveMinutes)).map(\.trades) == [15, 40])
    }

    @Test("History that does not reach up to what is built here does not make a window whole")
    func notSeeded() throws {
        var builder = CandleBuilder()
        let candles = try (0..<4 as Range<Int64>).map { try Samples.candle(minute: $0) }
        _ = builder.ingest([Samples.event(candles[3], at: start + 4 * 60_000)])
        builder.seed(Array(candles[..<2]), of: try CandleSeries(), over: .minutes(-10, 2))
        #expect(builder.live(try CandleSeries(.fiveMinutes)).map(\.isSound) == [false])
    }

    private static func random(minute: Int64, _ random: inout SeededGenerator) throws -> Candle {
        let open = Int.random(in: 90...110, using: &random)
        let close = Int.random(in: 90...110, using: &random)
        return try Samples.candle(
            minute: minute,
            open: "\(open)",
            high: "\(max(open, close) + Int.random(in: 0...5, using: &random))",
            low: "\(min(open, close) - Int.random(in: 0...5, using: &random))",
            close: "\(close)",
            volume: "0.\(Int.random(in: 1...9_999, using: &random))",
            trades: Int.random(in: 1...50, using: &random)
        )
    }

    private static func fold(_ minutes: [Candle], _ interval: CandleInterval) -> [Candle] {
        let windows = Dictionary(grouping: minutes) { $0.openTime.milliseconds / interval.milliseconds }
        return windows.sorted { $0.key < $1.key }.compactMap { key, parts in
            guard let first = parts.first, let last = parts.last else { return nil }
            var folded = first
            folded.interval = interval
            folded.openTime = MarketTime(milliseconds: key * interval.milliseconds)
            folded.close = last.close
            folded.high = parts.map(\.high).max() ?? first.high
            folded.low = parts.map(\.low).min() ?? first.low
            let volume = parts.reduce(Int128(0)) { $0 + $1.volume.value.units }
            let quoteVolume = parts.reduce(Int128(0)) { $0 + $1.quoteVolume.value.units }
            folded.volume = FixedPoint(units: volume).map(Quantity.init) ?? .zero
            folded.quoteVolume = FixedPoint(units: quoteVolume).map(Money.init) ?? .zero
            folded.trades = parts.reduce(0) { $0 + $1.trades }
            return folded
        }
    }
}
