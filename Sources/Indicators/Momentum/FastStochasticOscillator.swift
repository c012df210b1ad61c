/// The fast stochastic: where the close stands within the last candles' range, from 0 to 100.
///
/// K = 100 · (c − LL) / (HH − LL) over `period` candles, 0 where the range has no width; D = SMA(signal) of K. Both
/// show from candle period + signal − 1 on.
/// Source: G. C. Lane, *Technical Analysis of Stocks & Commodities* 2:3, 1984.
package struct FastStochasticOscillator: SteppedIndicator {
    private var position: RangePosition
    private var d: RollingMean
    private var hasK = false

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int, signal: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period, signal)
        position = RangePosition(period: period)
        d = RollingMean(period: signal)
    }

    package mutating func ingest(_ candle: CandleValues) -> Oscillation? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Oscillation? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Oscillation> {
        guard
            position.isUntouched, candles.areBlocks,
            let batch = OscillationBatch(period: position.period, smoothing: 1, signal: d.period)
        else { return run(over: candles) }
        return batch.series(over: candles, period: position.period)
    }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Oscillation? {
        guard let k = position.step(candle.close, high: candle.high, low: candle.low) else { return nil }
        hasK = true
        guard let d = d.step(k) else { return nil }
        return Oscillation(k: k, d: d)
    }

    @inline(__always)
    mutating func detach() {
        position.detach()
        d.detach()
    }

    @inline(__always)
    mutating func settle() {
        position.settle()
        if hasK { d.settle() }
    }
}
