/// An average with weights 1 to n, the newest close heaviest, in the unit of the prices.
///
/// WMA = (1 · c₁ + … + n · cₙ) / (n (n + 1) / 2). The first value comes with the nth close.
package struct WeightedMovingAverage: SteppedIndicator {
    private var sums: RollingWeightedSums
    private let reciprocal: Double

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        sums = RollingWeightedSums(period: period)
        reciprocal = 1 / (Double(period) * Double(period + 1) / 2)
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? {
        guard let sums = sums.step(close) else { return nil }
        return sums.reference + sums.weighted * reciprocal
    }

    @inline(__always)
    mutating func detach() { sums.detach() }

    @inline(__always)
    mutating func settle() { sums.settle() }
}
