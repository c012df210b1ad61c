package import Markets

/// Which markets of a section are followed trade by trade: those that trade most, counted in dollars.
package struct MarketChoice: Sendable {
    package let limit: Int
    /// Quote assets that count; what else a venue lists is seen through its figures only.
    package let quoteAssets: [String]

    package init(limit: Int, quoteAssets: [String]) {
        self.limit = limit
        self.quoteAssets = quoteAssets
    }

    /// The dollar-pegged ones, worth one each for this purpose.
    private static let dollars: Set<String> = ["USDT", "USDC", "FDUSD"]

    /// The chosen markets, largest 24-hour turnover first; the symbol decides between equals.
    ///
    /// A market that has not traded yet comes last: a new listing, or a recording before its first trade.
    package func choose(from instruments: [Instrument], figures: [MarketEvent]) -> [Instrument] {
        let tickers = figures.reduce(into: [Symbol: Ticker]()) { tickers, event in
            if case .ticker(let ticker) = event.payload { tickers[ticker.symbol] = ticker }
        }
        let quotes = Set(quoteAssets)
        let ranked = instruments.compactMap { instrument -> (instrument: Instrument, turnover: Double)? in
            guard instrument.isTrading, quotes.contains(instrument.quote) else { return nil }
            guard let ticker = tickers[instrument.symbol], let rate = Self.dollarRate(of: instrument.quote, tickers)
            else { return (instrument, 0) }
            return (instrument, ticker.quoteVolume.value.double * rate)
        }
        let sorted = ranked.sorted {
            $0.turnover == $1.turnover ? $0.instrument.symbol < $1.instrument.symbol : $0.turnover > $1.turnover
        }
        return sorted.prefix(limit).map(\.instrument)
    }

    private static func dollarRate(of asset: String, _ tickers: [Symbol: Ticker]) -> Double? {
        if dollars.contains(asset) { return 1 }
        return Symbol(asset + "USDT").flatMap { tickers[$0]?.last.value.double }
    }
}
