import Markets
import Testing
import Venues

@Suite("Binance market choice")
struct BinanceMarketChoiceTests {
    private func instrument(_ base: String, _ quote: String, isTrading: Bool = true) throws -> Instrument {
        Instrument(
            venue: .binance,
            symbol: try #require(Symbol(base + quote)),
            venueSymbol: base + quote,
            base: base,
            quote: quote,
            tickSize: nil,
            lotSize: nil,
            isTrading: isTrading
        )
    }

    private func ticker(_ symbol: String, last: String, turnover: String) throws -> MarketEvent {
        let price = try #require(Price(last))
        let ticker = Ticker(
            symbol: try #require(Symbol(symbol)),
            last: price,
            open24h: price,
            high24h: price,
            low24h: price,
            baseVolume: .zero,
            quoteVolume: try #require(Money(turnover))
        )
        return MarketEvent(venue: .binance, exchangeTime: nil, receivedTime: received, payload: .ticker(ticker))
    }

    @Test("The most traded markets are chosen, a turnover in bitcoin counted in dollars")
    func byTurnover() throws {
        let instruments = [
            try instrument("BTC", "USDT"), try instrument("ETH", "BTC"), try instrument("SOL", "USDC"),
            try instrument("DOGE", "USDT"), try instrument("PEPE", "USDT", isTrading: false),
            try instrument("ETH", "BNB"), try instrument("NEW", "USDT"),
        ]
        let tickers = [
            try ticker("BTCUSDT", last: "60000", turnover: "1000000"),
            try ticker("ETHBTC", last: "0.05", turnover: "10"),
            try ticker("SOLUSDC", last: "150", turnover: "700000"),
            try ticker("DOGEUSDT", last: "0.1", turnover: "5"),
            try ticker("PEPEUSDT", last: "0.1", turnover: "9000000"),
            try ticker("ETHBNB", last: "5", turnover: "9000000"),
        ]
        let choice = BinanceMarketChoice(limit: 10, quoteAssets: ["USDT", "USDC", "BTC"])
        let chosen = choice.choose(from: instruments, dayTickers: tickers)
        #expect(chosen.map(\.symbol.text) == ["BTCUSDT", "SOLUSDC", "ETHBTC", "DOGEUSDT", "NEWUSDT"])
        let two = BinanceMarketChoice(limit: 2, quoteAssets: ["USDT", "BTC"])
        #expect(two.choose(from: instruments, dayTickers: tickers).map(\.symbol.text) == ["BTCUSDT", "ETHBTC"])
    }

    @Test("Streams are spread evenly and stay where they are when the choice changes")
    func shards() throws {
        var streams = BinanceStreams(marketLimit: 4, streamsPerConnection: 7)
        let first = try ["A1", "B1", "C1", "D1"].map { try instrument($0, "USDT") }
        #expect(streams.choose(first).map(\.text) == ["A1USDT", "B1USDT", "C1USDT", "D1USDT"])
        #expect(streams.shards.map { $0.map(\.text) } == [["A1USDT", "C1USDT"], ["B1USDT", "D1USDT"]])
        #expect(
            streams.names(shard: 0) == [
                "!miniTicker@arr", "a1usdt@trade", "a1usdt@kline_1m", "a1usdt@bookTicker", "c1usdt@trade",
                "c1usdt@kline_1m", "c1usdt@bookTicker",
            ]
        )
        #expect(streams.names(shard: 1).count == 6)

        let second = try ["E1", "D1", "C1", "B1"].map { try instrument($0, "USDT") }
        #expect(streams.choose(second).map(\.text) == ["E1USDT"])
        #expect(streams.shards.map { $0.map(\.text) } == [["C1USDT", "E1USDT"], ["B1USDT", "D1USDT"]])
    }

    @Test("A request is worded as the venue wants it")
    func request() {
        #expect(
            BinanceStreams.request("SUBSCRIBE", id: 7, streams: ["!miniTicker@arr", "btcusdt@trade"])
                == #"{"method":"SUBSCRIBE","params":["!miniTicker@arr","btcusdt@trade"],"id":7}"#
        )
    }
}
