/// A stop that follows the trend: below the prices while it is up, above them while it is down.
///
/// The bands are (h + l) / 2 ± factor · ATR. The upper one never rises and the lower one never falls, unless the close
/// before had left it. The trend starts up, turns down at a close below the lower band and up at one above the upper.
/// In the unit of the prices; the first value comes with candle n + 1. Source: O. Seban's indicator, conventions of
/// TA-Lib.
package struct Supertrend: SteppedIndicator {
    package struct Value: Hashable, Sendable {
        /// The lower band while the trend is up, else the upper.
        package var stop: Double
        package var isUp: Bool
    }

    private var range: AverageTrueRange
    private let factor: Double
    private var isUp = true
    private var upper = Double.infinity
    private var lower = -Double.infinity
    private var previousClose = 0.0

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)`` and ``IndicatorError/factorOutOfRange(_:)``.
    package init(period: Int, factor: Double) throws(IndicatorError) {
        try IndicatorPeriod.check(factor: factor)
        range = try AverageTrueRange(period: period)
        self.factor = factor
    }

    package mutating func ingest(_ candle: CandleValues) -> Value? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Value? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Value> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Value? {
        let before = previousClose
        previousClose = candle.close
        guard let range = range.step(candle) else { return nil }
        let middle = (candle.high + candle.low) / 2
        let distance = factor * range
        let isFirst = upper == .infinity
        let above = middle + distance
        let below = middle - distance
        // A band that the close had left binds no more.
        upper = min(above, chosen(.infinity, else: upper, where: before, exceeds: upper))
        lower = max(below, chosen(-.infinity, else: lower, where: lower, exceeds: before))
        if !isFirst { turn(candle.close) }
        return Value(stop: isUp ? lower : upper, isUp: isUp)
    }

    @inline(__always)
    private mutating func turn(_ close: Double) {
        if isUp { isUp = close >= lower } else { isUp = close > upper }
    }
}
