/// The highest high and the lowest low of the last `period` candles, and the middle between them.
///
/// In the unit of the prices; the first value comes with the nth candle. Source: R. Donchian's four-week rule, 1960.
package struct DonchianChannel: SteppedIndicator {
    private let period: Int
    private var extremes: RollingExtremes

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        self.period = period
        extremes = RollingExtremes(period: period)
    }

    package mutating func ingest(_ candle: CandleValues) -> Band? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Band? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Band> {
        guard extremes.isUntouched, period <= WindowExtremes.longestPeriod, candles.areBlocks else {
            return run(over: candles)
        }
        return WindowExtremes(period: period).series(over: candles) { range, _ in range.band }
    }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Band? {
        extremes.step(high: candle.high, low: candle.low)?.band
    }

    @inline(__always)
    mutating func detach() { extremes.detach() }

    @inline(__always)
    mutating func settle() { extremes.settle() }
}

extension RollingExtremes.Range {
    @inline(__always)
    fileprivate var band: Band { Band(upper: highest, middle: (highest + lowest) / 2, lower: lowest) }
}
