/// A weighted average with most of its lag taken off, in the unit of the prices.
///
/// HMA(n) = WMA(⌊√n⌋) of 2 · WMA(⌊n / 2⌋) − WMA(n). The first value comes with close n + ⌊√n⌋ − 1.
/// Source: A. Hull, "Hull Moving Average", 2005.
package struct HullMovingAverage: SteppedIndicator {
    private var slow: WeightedMovingAverage
    private var fast: WeightedMovingAverage
    private var last: WeightedMovingAverage
    /// The last average moves only with candles for which the others have a value.
    private var hasDifference = false

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)`` for a period below 2.
    package init(period: Int) throws(IndicatorError) {
        guard period >= 2 else { throw .periodOutOfRange(period) }
        slow = try WeightedMovingAverage(period: period)
        fast = try WeightedMovingAverage(period: period / 2)
        last = try WeightedMovingAverage(period: Int(Double(period).squareRoot()))
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? {
        let whole = slow.step(close)
        let half = fast.step(close)
        guard let whole, let half else { return nil }
        hasDifference = true
        return last.step(2 * half - whole)
    }

    @inline(__always)
    mutating func detach() {
        slow.detach()
        fast.detach()
        last.detach()
    }

    @inline(__always)
    mutating func settle() {
        slow.settle()
        fast.settle()
        if hasDifference { last.settle() }
    }
}
