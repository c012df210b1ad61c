/// The mean of the last `period` closes, in the unit of the prices.
///
/// SMA = (c₁ + … + cₙ) / n. The first value comes with the nth close. A flat window gives its price exactly.
package struct SimpleMovingAverage: SteppedIndicator {
    private var mean: RollingMean

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        mean = RollingMean(period: period)
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? { mean.step(close) }

    @inline(__always)
    mutating func detach() { mean.detach() }

    @inline(__always)
    mutating func settle() { mean.settle() }
}
