/// How long ago the highest high and the lowest low of the last n + 1 candles were, each from 0 (n candles) to 100 (now).
///
/// 100 · (n − candles since the extreme) / n; the newest of equal extremes counts. The first value comes with candle
/// n + 1. Source: T. Chande, *Technical Analysis of Stocks & Commodities* 13:9, 1995.
package struct Aroon: SteppedIndicator {
    package struct Value: Hashable, Sendable {
        package var up: Double
        package var down: Double

        package init(up: Double, down: Double) {
            self.up = up
            self.down = down
        }
    }

    private var highs: RollingMaximumAge
    private var lows: RollingMaximumAge
    private let period: Double

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        highs = RollingMaximumAge(period: period + 1)
        lows = RollingMaximumAge(period: period + 1)
        self.period = Double(period)
    }

    package mutating func ingest(_ candle: CandleValues) -> Value? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Value? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Value> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Value? {
        let high = highs.step(candle.high)
        let low = lows.step(-candle.low)
        guard let high, let low else { return nil }
        return Value(up: 100 * ((period - Double(high)) / period), down: 100 * ((period - Double(low)) / period))
    }

    @inline(__always)
    mutating func detach() {
        highs.detach()
        lows.detach()
    }

    @inline(__always)
    mutating func settle() {
        highs.settle()
        lows.settle()
    }
}
