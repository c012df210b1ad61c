/// Wilder's stop and reverse: a stop that speeds up towards the prices, in the unit of the prices.
///
/// SAR += a · (extreme − SAR); a starts at `step` and grows by it with each new extreme, up to `limit`. The SAR stays
/// outside the last two candles' range. When a candle reaches it, the position turns, and the SAR is the extreme of the
/// position that ended. The first position is short only if low₀ − low₁ is positive and above high₁ − high₀; its first
/// SAR is the other extreme of candle 0. The first value comes with the second candle.
/// Source: J. W. Wilder, *New Concepts in Technical Trading Systems*, 1978.
package struct ParabolicSAR: SteppedIndicator {
    private let increment: Double
    private let limit: Double
    private var previous: (high: Double, low: Double)?
    private var hasStarted = false
    private var isLong = true
    private var stop = 0.0
    private var extreme = 0.0
    private var acceleration = 0.0

    /// - Throws: ``IndicatorError/factorOutOfRange(_:)``.
    package init(step: Double, limit: Double) throws(IndicatorError) {
        try IndicatorPeriod.check(factor: step)
        try IndicatorPeriod.check(factor: limit)
        increment = min(step, limit)
        self.limit = limit
    }

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        guard var before = previous else {
            previous = (candle.high, candle.low)
            return nil
        }
        previous = (candle.high, candle.low)
        if !hasStarted {
            start(candle, after: before)
            // As TA-Lib has it: the second candle is its own predecessor.
            before = (candle.high, candle.low)
        }
        return isLong ? stepLong(candle, after: before) : stepShort(candle, after: before)
    }

    @inline(__always)
    private mutating func start(_ candle: CandleValues, after before: (high: Double, low: Double)) {
        hasStarted = true
        let up = candle.high - before.high
        let down = before.low - candle.low
        isLong = !(down > 0 && down > up)
        extreme = isLong ? candle.high : candle.low
        stop = isLong ? before.low : before.high
        acceleration = increment
    }

    @inline(__always)
    private mutating func stepLong(_ candle: CandleValues, after before: (high: Double, low: Double)) -> Double {
        let highest = candle.high > before.high ? candle.high : before.high
        let lowest = candle.low < before.low ? candle.low : before.low
        if candle.low <= stop {
            isLong = false
            let turned = extreme > highest ? extreme : highest
            acceleration = increment
            extreme = candle.low
            stop = turned + acceleration * (extreme - turned)
            if stop < highest { stop = highest }
            return turned
        }
        let current = stop
        if candle.high > extreme { reach(candle.high) }
        stop += acceleration * (extreme - stop)
        if stop > lowest { stop = lowest }
        return current
    }

    @inline(__always)
    private mutating func stepShort(_ candle: CandleValues, after before: (high: Double, low: Double)) -> Double {
        let highest = candle.high > before.high ? candle.high : before.high
        let lowest = candle.low < before.low ? candle.low : before.low
        if candle.high >= stop {
            isLong = true
            let turned = extreme < lowest ? extreme : lowest
            acceleration = increment
            extreme = candle.high
            stop = turned + acceleration * (extreme - turned)
            if stop > lowest { stop = lowest }
            return turned
        }
        let current = stop
        if candle.low < extreme { reach(candle.low) }
        stop += acceleration * (extreme - stop)
        if stop < highest { stop = highest }
        return current
    }

    @inline(__always)
    private mutating func reach(_ newExtreme: Double) {
        extreme = newExtreme
        acceleration = min(limit, acceleration + increment)
    }
}
