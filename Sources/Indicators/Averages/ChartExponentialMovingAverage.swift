/// ``ExponentialMovingAverage`` as charting sites and pandas (`adjust=False`) have it: it starts with the first close.
///
/// The first value is the first close. The two come together to a thousandth of their first distance in some 3.5 n closes.
package struct ChartExponentialMovingAverage: SteppedIndicator {
    private var smoothing: Smoothing

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        smoothing = .startingAtOnce(period: period)
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? { smoothing.step(close) }
}
