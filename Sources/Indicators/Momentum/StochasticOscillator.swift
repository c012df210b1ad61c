/// The slow stochastic: where the close stands within the last candles' range, smoothed; from 0 to 100.
///
/// raw = 100 · (c − LL) / (HH − LL) over `period` candles, 0 where the range has no width; K = SMA(smoothing) of raw;
/// D = SMA(signal) of K. Both show from candle period + smoothing + signal − 2 on.
/// Source: G. C. Lane, *Technical Analysis of Stocks & Commodities* 2:3, 1984.
package struct StochasticOscillator: SteppedIndicator {
    private var position: RangePosition
    private var k: RollingMean
    private var d: RollingMean
    private var hasPosition = false
    private var hasK = false

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int, smoothing: Int, signal: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period, smoothing, signal)
        position = RangePosition(period: period)
        k = RollingMean(period: smoothing)
        d = RollingMean(period: signal)
    }

    package mutating func ingest(_ candle: CandleValues) -> Oscillation? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Oscillation? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Oscillation> {
        guard
            position.isUntouched, candles.areBlocks,
            let batch = OscillationBatch(period: position.period, smoothing: k.period, signal: d.period)
        else { return run(over: candles) }
        return batch.series(over: candles, period: position.period)
    }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Oscillation? {
        guard let raw = position.step(candle.close, high: candle.high, low: candle.low) else { return nil }
        hasPosition = true
        guard let k = k.step(raw) else { return nil }
        hasK = true
        guard let d = d.step(k) else { return nil }
        return Oscillation(k: k, d: d)
    }

    @inline(__always)
    mutating func detach() {
        position.detach()
        k.detach()
        d.detach()
    }

    @inline(__always)
    mutating func settle() {
        position.settle()
        if hasPosition { k.settle() }
        if hasK { d.settle() }
    }
}
