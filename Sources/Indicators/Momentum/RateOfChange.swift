/// How far the close has moved since `period` candles ago, in percent.
///
/// ROC = 100 · (c / c₋ₙ − 1). The first value comes with close n + 1; 0 where the old close is 0, as TA-Lib has it.
package struct RateOfChange: SteppedIndicator {
    private var delay: Delay

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        delay = Delay(period: period)
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? {
        guard let old = delay.step(close) else { return nil }
        return old != 0 ? 100 * (close / old - 1) : 0
    }

    @inline(__always)
    mutating func detach() { delay.detach() }

    @inline(__always)
    mutating func settle() { delay.settle() }
}

/// How far the close has moved since `period` candles ago, in the unit of the prices: c − c₋ₙ.
///
/// The first value comes with close n + 1.
package struct Momentum: SteppedIndicator {
    private var delay: Delay

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        delay = Delay(period: period)
    }

    package mutating func ingest(_ close: Double) -> Double? { advance(close) }
    package func preview(_ close: Double) -> Double? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Double> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Double? {
        guard let old = delay.step(close) else { return nil }
        return close - old
    }

    @inline(__always)
    mutating func detach() { delay.detach() }

    @inline(__always)
    mutating func settle() { delay.settle() }
}
