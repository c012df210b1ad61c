/// The highest high and the lowest low of the last `period` candles, and the middle between them.
///
/// In the unit of the prices; the first value comes with the nth candle. Source: R. Donchian's four-week rule, 1960.
package struct DonchianChannel: SteppedIndicator {
    private var extremes: RollingExtremes

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        extremes = RollingExtremes(period: period)
    }

    package mutating func ingest(_ candle: CandleValues) -> Band? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Band? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Band> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Band? {
        guard let range = extremes.step(high: candle.high, low: candle.low) else { return nil }
        return Band(upper: range.highest, middle: (range.highest + range.lowest) / 2, lower: range.lowest)
    }

    @inline(__always)
    mutating func detach() { extremes.detach() }

    @inline(__always)
    mutating func settle() { extremes.settle() }
}
