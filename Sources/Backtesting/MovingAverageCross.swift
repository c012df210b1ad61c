package import Indicators

/// The baseline: long when a fast exponential average crosses above a slow one, out when it crosses below.
///
/// It knows nothing that the whole market does not; whatever does not beat it after costs is not worth its name.
package struct MovingAverageCross: StreamingStrategy {
    package let identity: StrategyIdentity
    private var fast: ExponentialMovingAverage
    private var slow: ExponentialMovingAverage
    private let plan: TradePlan
    private var wasAbove: Bool?

    /// - Parameters:
    ///   - fast: period in candles.
    ///   - slow: period in candles, above `fast`.
    ///   - stop: distance from the entry, as a part of it.
    ///   - target: distance from the entry, as a part of it.
    /// - Throws: ``IndicatorError`` for periods and distances that make no sense.
    package init(fast: Int, slow: Int, stop: Double, target: Double) throws(IndicatorError) {
        guard fast < slow else { throw .periodsOutOfOrder(fast: fast, slow: slow) }
        for distance in [stop, target] where !(distance > 0 && distance.isFinite) { throw .factorOutOfRange(distance) }
        guard stop < 1 else { throw .factorOutOfRange(stop) }
        self.fast = try ExponentialMovingAverage(period: fast)
        self.slow = try ExponentialMovingAverage(period: slow)
        plan = TradePlan(side: .long, stop: stop, targets: [TradePlan.Target(distance: target, share: 1)])
        identity = StrategyIdentity(
            name: "moving-average-cross",
            version: 1,
            parameters: [
                .init("fast", Double(fast)), .init("slow", Double(slow)), .init("stop", stop), .init("target", target),
            ]
        )
    }

    package mutating func ingest(_ candle: CandleValues) -> StrategySignal.Action? {
        let fast = fast.ingest(candle.close)
        guard let slow = slow.ingest(candle.close), let fast else { return nil }
        let isAbove = fast > slow
        defer { wasAbove = isAbove }
        guard let wasAbove, wasAbove != isAbove else { return nil }
        return isAbove ? .enter(plan) : .exit
    }
}
