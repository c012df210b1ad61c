import Markets

extension Candle {
    /// One longer candle of shorter ones; nil for none, or when a sum leaves the representable range.
    ///
    /// The shorter ones are of one market, oldest first, and all lie within one candle of the interval.
    static func folding(_ candles: [Candle], into interval: CandleInterval, isClosed: Bool) -> Candle? {
        guard var folded = candles.first, let last = candles.last else { return nil }
        folded.interval = interval
        folded.openTime = interval.openTime(of: folded.openTime)
        folded.close = last.close
        folded.isClosed = isClosed
        for candle in candles.dropFirst() {
            guard let volume = folded.volume.adding(candle.volume),
                let quoteVolume = folded.quoteVolume.adding(candle.quoteVolume)
            else { return nil }
            folded.high = max(folded.high, candle.high)
            folded.low = min(folded.low, candle.low)
            folded.volume = volume
            folded.quoteVolume = quoteVolume
            folded.trades += candle.trades
        }
        return folded
    }

    /// The time the candle covers.
    var span: TimeSpan { TimeSpan(from: openTime, to: openTime.adding(milliseconds: interval.milliseconds)) }
}

extension CandleInterval {
    /// The whole candles that the stretch touches.
    func span(covering span: TimeSpan) -> TimeSpan {
        let last = openTime(of: span.to.adding(milliseconds: -1))
        return TimeSpan(from: openTime(of: span.from), to: last.adding(milliseconds: milliseconds))
    }
}
