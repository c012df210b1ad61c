/// The fast stochastic of the relative strength index: where the RSI stands within its own last range, from 0 to 100.
///
/// K = 100 · (RSI − lowest RSI) / (highest − lowest) over `period` values, 0 where they are all one; D = SMA(signal) of
/// K. Both show from close rsi + period + signal − 1 on. Charting sites smooth K first: ``ChartStochasticRSI``.
/// Source: T. Chande and S. Kroll, *The New Technical Trader*, 1994; conventions of TA-Lib.
package struct StochasticRelativeStrengthIndex: SteppedIndicator {
    private var index: RelativeStrengthIndex
    private var position: RangePosition
    private var d: RollingMean
    private var hasIndex = false
    private var hasK = false

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(rsi: Int, period: Int, signal: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period, signal)
        index = try RelativeStrengthIndex(period: rsi)
        position = RangePosition(period: period)
        d = RollingMean(period: signal)
    }

    package mutating func ingest(_ close: Double) -> Oscillation? { advance(close) }
    package func preview(_ close: Double) -> Oscillation? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Oscillation> {
        guard
            index.isUntouched, closes.areUsable,
            let batch = OscillationBatch(period: position.period, smoothing: 1, signal: d.period)
        else { return run(over: closes) }
        return batch.series(over: closes, period: position.period, index: index)
    }

    @inline(__always)
    mutating func step(_ close: Double) -> Oscillation? {
        guard let index = index.step(close) else { return nil }
        hasIndex = true
        guard let k = position.step(index, high: index, low: index) else { return nil }
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
        if hasIndex { position.settle() }
        if hasK { d.settle() }
    }
}

/// The stochastic RSI of charting sites: K is the mean of the last `smoothing` raw positions, D the mean of K.
///
/// With 14, 14, 3 and 3 it shows from close 32 on. While the RSI has not moved, the position is 0.
package struct ChartStochasticRSI: SteppedIndicator {
    private var index: ChartRelativeStrengthIndex
    private var position: RangePosition
    private var k: RollingMean
    private var d: RollingMean
    private var hasIndex = false
    private var hasPosition = false
    private var hasK = false

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(rsi: Int, period: Int, smoothing: Int, signal: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period, smoothing, signal)
        index = try ChartRelativeStrengthIndex(period: rsi)
        position = RangePosition(period: period)
        k = RollingMean(period: smoothing)
        d = RollingMean(period: signal)
    }

    package mutating func ingest(_ close: Double) -> Oscillation? { advance(close) }
    package func preview(_ close: Double) -> Oscillation? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Oscillation> {
        guard
            index.isUntouched, closes.areUsable,
            let batch = OscillationBatch(period: position.period, smoothing: k.period, signal: d.period)
        else { return run(over: closes) }
        return batch.series(over: closes, period: position.period, index: index.index)
    }

    @inline(__always)
    mutating func step(_ close: Double) -> Oscillation? {
        guard let index = index.step(close) else { return nil }
        hasIndex = true
        guard let raw = position.step(index, high: index, low: index) else { return nil }
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
        if hasIndex { position.settle() }
        if hasPosition { k.settle() }
        if hasK { d.settle() }
    }
}
