/// An exponential average with its lag taken off once, in the unit of the prices.
///
/// DEMA = 2 e₁ − e₂, where e₁ is the EMA of the closes and e₂ the EMA of e₁, each starting with the mean of its first n
/// numbers. The first value comes with close 2 n − 1.
/// Source: P. Mulloy, *Technical Analysis of Stocks & Commodities* 12:1, 1994.
package struct DoubleExponentialMovingAverage: SteppedIndicator {
    private var first: Smoothing
    private var second: Smoothing

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        first = .exponential(period: period)
        second = .exponential(period: period)
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? {
        guard let once = first.step(close), let twice = second.step(once) else { return nil }
        return 2 * once - twice
    }
}
