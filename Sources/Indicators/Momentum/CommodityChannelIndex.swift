/// How many mean deviations the typical price is away from its mean; most readings lie within ±100.
///
/// tp = (h + l + c) / 3; CCI = (tp − SMA(tp)) / (0.015 · mean of |tp − SMA(tp)|) over `period` candles; 0 where the
/// deviation is no more than rounding. The first value comes with the nth candle. The deviations are taken from a mean
/// that moves, so each candle costs a pass over its window: O(period), the one indicator here that is not O(1).
/// Source: D. R. Lambert, *Commodities* (now *Futures*), October 1980.
package struct CommodityChannelIndex: SteppedIndicator {
    private var mean: RollingMean
    private let period: Double
    /// The last typical prices but the newest, in no order: their deviations are summed.
    private var window: Slots<Double>
    private let older: Int
    private var offset = 0
    private var newest = 0.0

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        mean = RollingMean(period: period)
        self.period = Double(period)
        older = period - 1
        window = Slots(repeating: 0, count: period - 1)
    }

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        newest = candle.typicalPrice
        guard let mean = mean.step(newest) else { return nil }
        let distance = newest - mean
        let deviation = (distance.magnitude + deviations(from: mean)) / period
        guard deviation > equalityTolerance * mean.magnitude else { return 0 }
        return distance / (0.015 * deviation)
    }

    @inline(__always)
    mutating func detach() {
        mean.detach()
        window.detach()
    }

    @inline(__always)
    mutating func settle() {
        mean.settle()
        guard older > 0 else { return }
        window[offset] = newest
        offset = offset + 1 == older ? 0 : offset + 1
    }

    /// The sum of the older prices' distances from the mean, four at a time.
    @inline(__always)
    private func deviations(from mean: Double) -> Double {
        var first = 0.0
        var second = 0.0
        var third = 0.0
        var fourth = 0.0
        var index = 0
        while index + 4 <= older {
            first += (window[index] - mean).magnitude
            second += (window[index + 1] - mean).magnitude
            third += (window[index + 2] - mean).magnitude
            fourth += (window[index + 3] - mean).magnitude
            index += 4
        }
        var sum = (first + second) + (third + fourth)
        while index < older {
            sum += (window[index] - mean).magnitude
            index += 1
        }
        return sum
    }
}
