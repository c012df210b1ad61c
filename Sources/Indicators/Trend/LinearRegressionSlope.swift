/// The slope of the least-squares line through the last `period` closes, in the unit of the prices per candle.
///
/// Σ (i − mean i) · c / Σ (i − mean i)². The first value comes with the nth close.
package struct LinearRegressionSlope: SteppedIndicator {
    private var sums: RollingWeightedSums
    private let middle: Double
    private let reciprocal: Double

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)`` for a period below 2.
    package init(period: Int) throws(IndicatorError) {
        guard period >= 2 else { throw .periodOutOfRange(period) }
        try IndicatorPeriod.check(period)
        sums = RollingWeightedSums(period: period)
        let count = Double(period)
        middle = (count + 1) / 2
        reciprocal = 12 / (count * (count * count - 1))
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? {
        guard let sums = sums.step(close) else { return nil }
        return (sums.weighted - middle * sums.plain) * reciprocal
    }

    @inline(__always)
    mutating func detach() { sums.detach() }

    @inline(__always)
    mutating func settle() { sums.settle() }
}
