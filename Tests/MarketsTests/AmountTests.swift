import Markets
import Testing

@Suite("Amounts and tickers")
struct AmountTests {
    @Test("Price times quantity is a notional, to the last digit")
    func notional() throws {
        let notional = try #require(Price("61837.63")) * #require(Quantity("0.00017"))
        #expect(notional?.description == "10.5123971")
    }

    @Test("A notional outside the range does not exist")
    func tooLarge() throws {
        #expect(try #require(Price("99999999999")) * #require(Quantity("99999999999")) == nil)
    }

    @Test(
        "The change over 24 hours is in percent",
        arguments: [("100", "98.75", -1.25), ("50", "100", 100.0), ("3", "3", 0.0)]
    )
    func change(open: String, last: String, expected: Double) throws {
        let percent = try #require(Self.ticker(open: open, last: last).changePercent24h)
        #expect(abs(percent - expected) < 1e-9)
    }

    @Test("A market that opened at nothing has no change")
    func changeFromZero() throws {
        #expect(try Self.ticker(open: "0", last: "1").changePercent24h == nil)
    }

    @Test("An event without the venue's time counts by ours")
    func eventTime() throws {
        let received = MarketTime(milliseconds: 7)
        var event = MarketEvent(
            venue: .okx,
            exchangeTime: nil,
            receivedTime: received,
            payload: .ticker(try Self.ticker(open: "1", last: "1"))
        )
        #expect(event.time == received)
        event.exchangeTime = MarketTime(milliseconds: 5)
        #expect(event.time == MarketTime(milliseconds: 5))
    }

    private static func ticker(open: String, last: String) throws -> Ticker {
        Ticker(
            symbol: try #require(Symbol("BTCUSDT")),
            last: try #require(Price(last)),
            open24h: try #require(Price(open)),
            high24h: try #require(Price(last)),
            low24h: try #require(Price(last)),
            baseVolume: .zero,
            quoteVolume: .zero
        )
    }
}
