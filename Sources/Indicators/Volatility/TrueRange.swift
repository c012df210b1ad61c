/// A candle's range with the gap before it, in the unit of the prices.
///
/// TR = max(h − l, |h − c₋₁|, |l − c₋₁|). The first value comes with the second candle.
/// Source: J. W. Wilder, *New Concepts in Technical Trading Systems*, 1978.
package struct TrueRange: SteppedIndicator {
    private var previous: Double?

    package init() {}

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        guard let previous else {
            previous = candle.close
            return nil
        }
        self.previous = candle.close
        return Self.of(candle, after: previous)
    }

    @inline(__always)
    static func of(_ candle: CandleValues, after close: Double) -> Double {
        let range = candle.high - candle.low
        let above = (candle.high - close).magnitude
        let below = (candle.low - close).magnitude
        let gap = above > below ? above : below
        return gap > range ? gap : range
    }
}
