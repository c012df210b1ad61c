/// The distance of a fast from a slow exponential average, and that distance's own average, in the unit of the prices.
///
/// line = EMA(fast) − EMA(slow); signal = EMA of the line; histogram = line − signal. Each average starts with a mean: the
/// fast one of the closes that end with the slow one's first value, so that both start together, the signal of the first
/// line values. All three show from close slow + signal − 1 on.
/// Source: G. Appel, *The Moving Average Convergence-Divergence Trading Method*, 1985; conventions of TA-Lib.
package struct MovingAverageConvergenceDivergence: SteppedIndicator {
    package struct Value: Hashable, Sendable {
        package var line: Double
        package var signal: Double
        package var histogram: Double
    }

    private var fast: Smoothing
    private var slow: Smoothing
    private var signal: Smoothing
    /// Closes that the fast average still leaves out.
    private var skipped: Int

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)`` and ``IndicatorError/periodsOutOfOrder(fast:slow:)``.
    package init(fast: Int, slow: Int, signal: Int) throws(IndicatorError) {
        try self.init(fast: fast, slow: slow, signal: signal, startsTogether: true)
    }

    init(fast: Int, slow: Int, signal: Int, startsTogether: Bool) throws(IndicatorError) {
        try IndicatorPeriod.check(fast, slow, signal)
        guard fast < slow else { throw .periodsOutOfOrder(fast: fast, slow: slow) }
        self.fast = .exponential(period: fast)
        self.slow = .exponential(period: slow)
        self.signal = .exponential(period: signal)
        skipped = startsTogether ? slow - fast : 0
    }

    package mutating func ingest(_ close: Double) -> Value? { advance(close) }
    package func preview(_ close: Double) -> Value? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Value> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Value? {
        let slow = slow.step(close)
        guard skipped == 0 else {
            skipped -= 1
            return nil
        }
        guard let fast = fast.step(close), let slow else { return nil }
        let line = fast - slow
        guard let signal = signal.step(line) else { return nil }
        return Value(line: line, signal: signal, histogram: line - signal)
    }
}

/// ``MovingAverageConvergenceDivergence`` as charting sites draw it: the fast average starts at its own nth close.
package struct ChartMovingAverageConvergenceDivergence: SteppedIndicator {
    package typealias Value = MovingAverageConvergenceDivergence.Value

    private var averages: MovingAverageConvergenceDivergence

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)`` and ``IndicatorError/periodsOutOfOrder(fast:slow:)``.
    package init(fast: Int, slow: Int, signal: Int) throws(IndicatorError) {
        averages = try MovingAverageConvergenceDivergence(
            fast: fast,
            slow: slow,
            signal: signal,
            startsTogether: false
        )
    }

    package mutating func ingest(_ close: Double) -> Value? { advance(close) }
    package func preview(_ close: Double) -> Value? { glimpse(close) }
    package func values(over closes: [Double]) -> IndicatorSeries<Value> { run(over: closes) }

    @inline(__always)
    mutating func step(_ close: Double) -> Value? { averages.step(close) }
}
