package import Indicators

/// The baseline: long when a fast exponential average crosses above a slow one, out when it crosses below.
///
/// It knows nothing that the whole market does not; whatever does not beat it after costs is not worth its name.
package struct MovingAverageCross: StreamingStrategy {
    package let identity: StrategyIdentity
    private var crossing: AverageCrossing
    private let plan: TradePlan

    /// - Parameters:
    ///   - fast: period in candles.
    ///   - slow: period in candles, above `fast`.
    ///   - plan: of each trade.
    ///   - start: what the averages start with; a strategy of its own name where that is the first close.
    /// - Throws: ``IndicatorError`` for periods and distances that make no sense.
    package init(
        fast: Int,
        slow: Int,
        plan: TradePlan,
        start: AverageCrossing.Start = .mean
    ) throws(IndicatorError) {
        crossing = try AverageCrossing(fast: fast, slow: slow, start: start)
        try plan.check()
        self.plan = plan
        identity = StrategyIdentity(
            name: start == .mean ? "moving-average-cross" : "chart-moving-average-cross",
            version: 1,
            parameters: [.init("fast", Double(fast)), .init("slow", Double(slow))] + plan.parameters
        )
    }

    /// With one target for the whole position.
    ///
    /// - Throws: ``IndicatorError`` for periods and distances that make no sense.
    package init(
        fast: Int,
        slow: Int,
        stop: Double,
        target: Double,
        start: AverageCrossing.Start = .mean
    ) throws(IndicatorError) {
        let plan = TradePlan(side: .long, stop: stop, targets: [TradePlan.Target(distance: target, share: 1)])
        try self.init(fast: fast, slow: slow, plan: plan, start: start)
    }

    package mutating func ingest(_ candle: CandleValues) -> StrategySignal.Action? {
        crossing.ingest(candle.close).map(action)
    }

    package func signals(over candles: CandleColumns) -> [StrategySignal] {
        crossing.crossings(over: candles.closes).map { StrategySignal(candle: $0.index, action: action($0.direction)) }
    }

    private func action(_ direction: AverageCrossing.Direction) -> StrategySignal.Action {
        direction == .up ? .enter(plan) : .exit
    }
}
