/// Williams %R: how far the close is below the last candles' high, from −100 (at the low) to 0 (at the high).
///
/// %R = −100 · (HH − c) / (HH − LL) over `period` candles, 0 where the range has no width. The first value comes with
/// the nth candle. Source: L. Williams, *How I Made One Million Dollars… Last Year… Trading Commodities*, 1973.
package struct WilliamsR: SteppedIndicator {
    private let period: Int
    private var extremes: RollingExtremes

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        self.period = period
        extremes = RollingExtremes(period: period)
    }

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> {
        guard extremes.isUntouched, period <= WindowExtremes.longestPeriod, candles.areBlocks else {
            return run(over: candles)
        }
        return WindowExtremes(period: period).series(over: candles) { range, close in range.fall(to: close) }
    }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        extremes.step(high: candle.high, low: candle.low)?.fall(to: candle.close)
    }

    @inline(__always)
    mutating func detach() { extremes.detach() }

    @inline(__always)
    mutating func settle() { extremes.settle() }
}

extension RollingExtremes.Range {
    @inline(__always)
    fileprivate func fall(to close: Double) -> Double {
        let width = width
        return width > 0 ? -100 * ((highest - close) / width) : 0
    }
}
