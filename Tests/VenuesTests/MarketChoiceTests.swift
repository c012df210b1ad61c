import Markets
import Testing
import Venues

@Suite("Market choice")
struct MarketChoiceTests {
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
        let choice = MarketChoice(limit: 10, quoteAssets: ["USDT", "USDC", "BTC"])
        let chosen = choice.choose(from: instruments, figures: tickers)
        #expect(chosen.map(\.symbol.text) == ["BTCUSDT", "SOLUSDC", "ETHBTC", "DOGEUSDT", "NEWUSDT"])
        let two = MarketChoice(limit: 2, quoteAssets: ["USDT", "BTC"])
        #expect(two.choose(from: instruments, figures: tickers).map(\.symbol.text) == ["BTCUSDT", "ETHBTC"])
    }
}
