/// An average whose weights fall by a constant factor with age, in the unit of the prices.
///
/// EMA += 2 / (n + 1) · (c − EMA), starting at the nth close with the mean of the first n. Charting sites start with the
/// first close: ``ChartExponentialMovingAverage``.
package struct ExponentialMovingAverage: SteppedIndicator {
    private var smoothing: Smoothing

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        smoothing = .exponential(period: period)
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? { smoothing.step(close) }
}
