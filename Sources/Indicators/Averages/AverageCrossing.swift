/// Where a fast exponential average of the closes crosses a slow one.
///
/// A crossing belongs to the first close at which the fast average stands on the other side; equal counts as below.
package struct AverageCrossing: Sendable {
    /// What the averages start with.
    package enum Start: Hashable, Sendable {
        /// The mean of their first closes, as ``ExponentialMovingAverage``.
        case mean
        /// The first close, as ``ChartExponentialMovingAverage``.
        case firstClose
    }

    package enum Direction: Hashable, Sendable {
        case up, down
    }

    private var fast: Smoothing
    private var slow: Smoothing
    private var wasAbove: Bool?

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)`` and ``IndicatorError/periodsOutOfOrder(fast:slow:)``.
    package init(fast: Int, slow: Int, start: Start = .mean) throws(IndicatorError) {
        try IndicatorPeriod.check(fast, slow)
        guard fast < slow else { throw .periodsOutOfOrder(fast: fast, slow: slow) }
        self.fast = start == .mean ? .exponential(period: fast) : .startingAtOnce(period: fast)
        self.slow = start == .mean ? .exponential(period: slow) : .startingAtOnce(period: slow)
    }

    /// Takes the next close.
    package mutating func ingest(_ close: Double) -> Direction? { close.isUsable ? step(close) : nil }

    /// What `ingest` would give for each close in turn, with the index of the close.
    package func crossings(over closes: [Double]) -> [(index: Int, direction: Direction)] {
        var state = self
        var crossings: [(index: Int, direction: Direction)] = []
        closes.withUnsafeBufferPointer { closes in
            for index in closes.indices {
                let close = closes[index]
                guard close.isUsable, let direction = state.step(close) else { continue }
                crossings.append((index, direction))
            }
        }
        return crossings
    }

    @inline(__always)
    private mutating func step(_ close: Double) -> Direction? {
        let fast = fast.step(close)
        guard let slow = slow.step(close), let fast else { return nil }
        let isAbove = fast > slow
        let before = wasAbove
        wasAbove = isAbove
        guard let before, before != isAbove else { return nil }
        return isAbove ? .up : .down
    }
}
