/// Wilder's directional system: how much of the true range went up and down, and how one-sided that has been; 0 to 100.
///
/// +DM is today's high less yesterday's where that is positive and greater than yesterday's low less today's, −DM the
/// reverse. Each of +DM, −DM and TR is summed over the first n − 1 changes, then s += x − s / n. ±DI = 100 · ±DM / TR;
/// DX = 100 · |+DI − −DI| / (+DI + −DI), 0 where both are 0; all three show from candle n + 1 on. ADX starts with the
/// mean of n DX, at candle 2 n, and is Wilder's average of DX after that.
/// Source: J. W. Wilder, *New Concepts in Technical Trading Systems*, 1978.
package struct DirectionalMovement: SteppedIndicator {
    package struct Value: Hashable, Sendable {
        package var plus: Double
        package var minus: Double
        package var index: Double
        /// Negative for none: an optional of its own would make every value half as large again.
        private let smoothed: Double

        /// ADX; nil during the second half of the warm-up.
        package var average: Double? { smoothed < 0 ? nil : smoothed }

        init(plus: Double, minus: Double, index: Double, average: Double?) {
            self.plus = plus
            self.minus = minus
            self.index = index
            smoothed = average ?? -1
        }
    }

    private let period: Int
    private let reciprocal: Double
    private var previousHigh = 0.0
    private var previousLow = 0.0
    private var previousClose = 0.0
    /// Candles so far, up to the first value's.
    private var count = 0
    private var plus = 0.0
    private var minus = 0.0
    private var range = 0.0
    private var average: Smoothing

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        self.period = period
        reciprocal = 1 / Double(period)
        average = .wilder(period: period)
    }

    package mutating func ingest(_ candle: CandleValues) -> Value? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Value? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Value> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Value? {
        let up = candle.high - previousHigh
        let down = previousLow - candle.low
        let trueRange = TrueRange.of(candle, after: previousClose)
        previousHigh = candle.high
        previousLow = candle.low
        previousClose = candle.close
        let plusMove = chosen(chosen(up, where: up, exceeds: 0), where: up, exceeds: down)
        let minusMove = chosen(chosen(down, where: down, exceeds: 0), where: down, exceeds: up)
        guard count == period else {
            if count > 0 {
                plus += plusMove
                minus += minusMove
                range += trueRange
            }
            count += 1
            return nil
        }
        plus += plusMove - plus * reciprocal
        minus += minusMove - minus * reciprocal
        range += trueRange - range * reciprocal
        return value()
    }

    @inline(__always)
    private mutating func value() -> Value {
        let scale = range > 0 ? 100 / range : 0
        let total = plus + minus
        // The range cancels: of ±DI only the movements matter to DX.
        let index = range > 0 && total > 0 ? 100 * ((plus - minus).magnitude / total) : 0
        return Value(plus: plus * scale, minus: minus * scale, index: index, average: average.step(index))
    }
}
