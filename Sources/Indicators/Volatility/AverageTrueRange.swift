/// The Wilder average of the true range, in the unit of the prices.
///
/// It starts with the mean of the first n true ranges, at candle n + 1.
/// Source: J. W. Wilder, *New Concepts in Technical Trading Systems*, 1978.
package struct AverageTrueRange: SteppedIndicator {
    private var range = TrueRange()
    private var smoothing: Smoothing

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        smoothing = .wilder(period: period)
    }

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        guard let range = range.step(candle) else { return nil }
        return smoothing.step(range)
    }
}

/// The average true range in percent of the close: 100 · ATR / c; no value where the close is 0.
package struct NormalizedAverageTrueRange: SteppedIndicator {
    private var average: AverageTrueRange

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) { average = try AverageTrueRange(period: period) }

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        guard let average = average.step(candle), candle.close != 0 else { return nil }
        return 100 * (average / candle.close)
    }
}
