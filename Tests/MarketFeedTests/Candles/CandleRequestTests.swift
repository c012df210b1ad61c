import MarketFeed
import Markets
import Testing

@Suite("Asking for candles")
struct CandleRequestTests {
    @Test("A plain request has the defaults of the contract")
    func defaults() throws {
        let request = try CandleRequest(
            symbolText: "BTCUSDT",
            venueText: nil,
            intervalText: "1m",
            from: nil,
            to: nil,
            limit: nil
        )
        #expect(request.limit == 500)
        #expect(request.interval == .oneMinute)
        #expect(request.venue == nil)
    }

    @Test(
        "Words that mean nothing are refused by name",
        arguments: [
            ("btc", nil, "1m", MarketFeedError.symbolUnknown("btc")),
            ("", nil, "1m", .symbolUnknown("")),
            ("BTCUSDT", "kraken", "1m", .venueUnknown("kraken")),
            ("BTCUSDT", "Binance", "1m", .venueUnknown("Binance")),
            ("BTCUSDT", "okx", "2m", .intervalUnknown("2m")),
            ("BTCUSDT", nil, "", .intervalUnknown("")),
        ] as [(String, String?, String, MarketFeedError)]
    )
    func words(symbol: String, venue: String?, interval: String, expected: MarketFeedError) {
        #expect(throws: expected) {
            try CandleRequest(
                symbolText: symbol,
                venueText: venue,
                intervalText: interval,
                from: nil,
                to: nil,
                limit: nil
            )
        }
    }

    @Test(
        "Numbers that cannot be meant are refused by name, at the ends of 64 bits too",
        arguments: [
            (nil, nil, 0, MarketFeedError.limitOutOfRange(0)),
            (nil, nil, -1, .limitOutOfRange(-1)),
            (nil, nil, 1_001, .limitOutOfRange(1_001)),
            (.min, nil, nil, .instantOutOfRange(MarketTime(milliseconds: .min))),
            (nil, .max, nil, .instantOutOfRange(MarketTime(milliseconds: .max))),
            (1_723_161_600, nil, nil, .instantOutOfRange(MarketTime(milliseconds: 1_723_161_600))),
            (
                1_723_161_600_000, 1_723_161_600_000, nil,
                .rangeImpossible(from: Samples.midnight, to: Samples.midnight)
            ),
            (
                1_723_161_600_001, 1_723_161_600_000, nil,
                .rangeImpossible(from: Samples.midnight.adding(milliseconds: 1), to: Samples.midnight)
            ),
            (1_723_161_600_000, 1_723_221_660_000, nil, .rangeTooWide(candles: 1_001, limit: 1_000)),
        ] as [(Int64?, Int64?, Int?, MarketFeedError)]
    )
    func numbers(from: Int64?, to: Int64?, limit: Int?, expected: MarketFeedError) {
        #expect(throws: expected) {
            try CandleRequest(
                symbolText: "BTCUSDT",
                venueText: nil,
                intervalText: "1m",
                from: from,
                to: to,
                limit: limit
            )
        }
    }

    @Test("A thousand candles are not too many")
    func widest() throws {
        let to = Samples.midnight.adding(milliseconds: 1_000 * 60_000)
        let request = try CandleRequest(
            symbol: try Samples.symbol(),
            interval: .oneMinute,
            from: Samples.midnight,
            to: to,
            limit: 1_000
        )
        #expect(request.to == to)
    }
}
