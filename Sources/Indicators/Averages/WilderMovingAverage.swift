/// Wilder's smoothing, an exponential average of factor 1 / n; charting sites call it RMA or SMMA.
///
/// RMA += (c − RMA) / n, starting at the nth close with the mean of the first n.
/// Source: J. W. Wilder, *New Concepts in Technical Trading Systems*, 1978.
package struct WilderMovingAverage: SteppedIndicator {
    private var smoothing: Smoothing

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        smoothing = .wilder(period: period)
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? { smoothing.step(close) }
}
