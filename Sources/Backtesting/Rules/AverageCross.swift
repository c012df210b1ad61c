package import Indicators

/// The baseline: long when a fast exponential average crosses above a slow one, out when it crosses below.
///
/// It knows nothing that the whole market does not; whatever does not beat it after costs is not worth its name.
struct AverageCross: EntryRule {
    private var crossing: AverageCrossing

    init(fast: Int, slow: Int, start: AverageCrossing.Start) throws(IndicatorError) {
        crossing = try AverageCrossing(fast: fast, slow: slow, start: start)
    }

    mutating func ingest(_ candle: CandleValues) -> Entry? {
        crossing.ingest(candle.close).map { $0 == .up ? .long : .leave }
    }

    func entries(over candles: CandleColumns) -> [(candle: Int, entry: Entry)] {
        crossing.crossings(over: candles.closes).map { ($0.index, $0.direction == .up ? .long : .leave) }
    }
}

extension RuleStrategy {
    /// Long while the fast average stands above the slow one.
    ///
    /// - Parameters:
    ///   - fast: period in candles.
    ///   - slow: period in candles, above `fast`.
    ///   - exits: beside the crossing back.
    ///   - start: what the averages start with; a strategy of its own name where that is the first close.
    /// - Returns: the strategy.
    /// - Throws: ``IndicatorError`` for periods and distances that make no sense.
    package static func averageCross(
        fast: Int,
        slow: Int,
        exits: ExitRules,
        start: AverageCrossing.Start = .mean
    ) throws(IndicatorError) -> RuleStrategy {
        try RuleStrategy(
            name: start == .mean ? "moving-average-cross" : "chart-moving-average-cross",
            version: 1,
            parameters: [.init("fast", Double(fast)), .init("slow", Double(slow))],
            entry: AverageCross(fast: fast, slow: slow, start: start),
            exits: exits
        )
    }

    /// The same with a stop and one target as parts of the price.
    ///
    /// - Parameters:
    ///   - fast: period in candles.
    ///   - slow: period in candles, above `fast`.
    ///   - stop: distance from the entry, as a part of it.
    ///   - target: distance from the entry, as a part of it.
    ///   - start: what the averages start with.
    /// - Returns: the strategy.
    /// - Throws: ``IndicatorError`` for periods and distances that make no sense.
    package static func averageCross(
        fast: Int,
        slow: Int,
        stop: Double,
        target: Double,
        start: AverageCrossing.Start = .mean
    ) throws(IndicatorError) -> RuleStrategy {
        try averageCross(fast: fast, slow: slow, exits: ExitRules(stop: stop, target: target), start: start)
    }
}
