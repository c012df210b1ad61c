/// An exponential average with its lag taken off twice, in the unit of the prices.
///
/// TEMA = 3 e₁ − 3 e₂ + e₃, each eᵢ the EMA of the one before, starting with the mean of its first n numbers. The first
/// value comes with close 3 n − 2.
/// Source: P. Mulloy, *Technical Analysis of Stocks & Commodities* 12:2, 1994.
package struct TripleExponentialMovingAverage: SteppedIndicator {
    private var first: Smoothing
    private var second: Smoothing
    private var third: Smoothing

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        first = .exponential(period: period)
        second = .exponential(period: period)
        third = .exponential(period: period)
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? {
        guard
            let once = first.step(close), let twice = second.step(once), let thrice = third.step(twice)
        else { return nil }
        return 3 * once - 3 * twice + thrice
    }
}
