import Markets

extension BinanceDesk {
    func perpetual(_ endpoint: BinanceEndpoint) throws(BinanceError) -> JSONText {
        switch endpoint {
        case .ping: return BinanceAnswers.empty
        case .time: return BinanceAnswers.time(floor.time)
        case .exchangeInfo:
            let listings = floor.directory.all(isPerpetual: true).map { floor.directory.listings[$0] }
            return BinancePerpetualAnswers.exchangeInfo(listings, now: floor.time)
        case .dayTickers(let symbols):
            let rows = floor.rows(of: try indices(of: symbols, isPerpetual: true)).map(BinancePerpetualAnswers.ticker)
            return BinanceAnswers.list(rows, isSingle: symbols?.count == 1)
        case .candles(let symbol, let interval, let from, let to, let limit):
            let index = try index(of: symbol, isPerpetual: true)
            let bars = floor.series(of: index).bars(interval, from: from, to: to, limit: limit)
            return BinanceAnswers.candles(bars, interval)
        case .depth(let symbol, let limit):
            let index = try index(of: symbol, isPerpetual: true)
            let listing = floor.directory.listings[index]
            return BinancePerpetualAnswers.depth(floor.depth(of: index), listing, limit: limit, now: floor.time)
        case .trades(let symbol, let limit):
            let index = try index(of: symbol, isPerpetual: true)
            return BinanceAnswers.trades(floor.prints(of: index, limit: limit))
        case .openInterest(let symbol):
            let (listing, series) = try series(of: symbol)
            return BinancePerpetualAnswers.openInterest(series.openInterest(at: floor.time), listing, now: floor.time)
        case .openInterestHistory(let symbol, let period, let limit):
            let (listing, series) = try series(of: symbol)
            let end = period.openTime(of: floor.time)
            let rows = (0..<Int64(limit)).reversed().map { step in
                let time = end.adding(milliseconds: -step * period.milliseconds)
                return BinancePerpetualAnswers.openInterestRow(series, listing, at: time)
            }
            return BinanceAnswers.list(rows, isSingle: false)
        case .premiumIndex(let symbol):
            let chosen = try indices(of: symbol.map { [$0] }, isPerpetual: true)
            let rows = floor.rows(of: chosen).compactMap { BinancePerpetualAnswers.premium($0, now: floor.time) }
            return BinanceAnswers.list(rows, isSingle: symbol != nil)
        case .fundingRates(let symbol, let limit):
            let (listing, series) = try series(of: symbol)
            let rows = PerpetualFundingTimes.last(limit, upTo: floor.time).reversed().map { time in
                BinancePerpetualAnswers.funding(series, listing, at: time)
            }
            return BinanceAnswers.list(rows, isSingle: false)
        }
    }

    private func series(of symbol: String) throws(BinanceError) -> (Listing, any PerpetualSeries) {
        let index = try index(of: symbol, isPerpetual: true)
        guard let series = floor.perpetual(of: index) else { throw .invalidSymbol }
        return (floor.directory.listings[index], series)
    }
}
