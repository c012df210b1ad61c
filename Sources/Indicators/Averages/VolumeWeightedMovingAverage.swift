/// The mean close of the last `period` candles, each weighted with its volume, in the unit of the prices.
///
/// VWMA = Σ c · v / Σ v. The first value comes with the nth candle; a window without volume has none.
package struct VolumeWeightedMovingAverage: SteppedIndicator {
    private var sums: RollingSums

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        sums = RollingSums(period: period)
    }

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        guard let sums = sums.step(candle.close * candle.volume, candle.volume), sums.y > 0 else { return nil }
        return sums.x / sums.y
    }

    @inline(__always)
    mutating func detach() { sums.detach() }

    @inline(__always)
    mutating func settle() { sums.settle() }
}
