/// Relative strength index, a momentum reading from 0 (only losses) to 100 (only gains).
///
/// RSI = 100 · up / (up + down), where up and down are Wilder averages of the gains and the losses between closes,
/// starting with the mean of the first n changes: the first value comes with close n + 1. While nothing has ever moved
/// it is 0, as TA-Lib has it; ``ChartRelativeStrengthIndex`` says 50 there.
/// Source: J. W. Wilder, *New Concepts in Technical Trading Systems*, 1978.
package struct RelativeStrengthIndex: SteppedIndicator {
    private var gains: Smoothing
    private var losses: Smoothing
    private var previous = 0.0
    private var hasPrevious = false
    private let still: Double

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) { try self.init(period: period, still: 0) }

    init(period: Int, still: Double) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        gains = .wilder(period: period)
        losses = .wilder(period: period)
        self.still = still
    }

    /// Closes before the first value, of an index that none has come to.
    var warmUp: Int { gains.period }

    /// Whether no close has come yet.
    var isUntouched: Bool { !hasPrevious }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? {
        let change = close - previous
        previous = close
        guard hasPrevious else {
            hasPrevious = true
            return nil
        }
        // The gain, else 0, and the loss, else 0: exact, and without a branch that half of all candles would mispredict.
        let gain = (change + change.magnitude) * 0.5
        let up = gains.step(gain)
        let down = losses.step(gain - change)
        guard let up, let down else { return nil }
        let total = up + down
        return total > 0 ? 100 * (up / total) : still
    }
}

/// ``RelativeStrengthIndex`` as charting sites show it: 50 instead of 0 while nothing has moved.
package struct ChartRelativeStrengthIndex: SteppedIndicator {
    private(set) var index: RelativeStrengthIndex

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        index = try RelativeStrengthIndex(period: period, still: 50)
    }

    /// Whether no close has come yet.
    var isUntouched: Bool { index.isUntouched }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? { index.step(close) }
}
