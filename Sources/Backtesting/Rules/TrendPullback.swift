package import Indicators

/// Buys the end of a fall within a rise, and sells the end of a rise within a fall.
///
/// Up is a fast exponential average above a slow one. The RSI of 14 candles first falls below `level` and then comes back
/// above it while the trend is up: long. In a downtrend the mirror image at 100 − `level`: short.
struct TrendPullback: EntryRule {
    private var fast: ExponentialMovingAverage
    private var slow: ExponentialMovingAverage
    private var strength: RelativeStrengthIndex
    private let level: Double
    private var previous: Double?

    init(fast: Int, slow: Int, level: Double) throws(IndicatorError) {
        guard fast < slow else { throw .periodsOutOfOrder(fast: fast, slow: slow) }
        guard level > 0, level <= 50 else { throw .factorOutOfRange(level) }
        self.fast = try ExponentialMovingAverage(period: fast)
        self.slow = try ExponentialMovingAverage(period: slow)
        strength = try RelativeStrengthIndex(period: 14)
        self.level = level
    }

    mutating func ingest(_ candle: CandleValues) -> Entry? {
        let fast = fast.ingest(candle.close)
        let slow = slow.ingest(candle.close)
        let strength = strength.ingest(candle.close)
        defer { previous = strength }
        guard let fast, let slow, let strength, let previous else { return nil }
        if fast > slow, previous < level, strength >= level { return .long }
        if fast < slow, previous > 100 - level, strength <= 100 - level { return .short }
        return nil
    }
}

extension RuleStrategy {
    /// Enters with the trend when a fall within it ends.
    ///
    /// - Parameters:
    ///   - fast: period of the fast average in candles.
    ///   - slow: period of the slow one, above `fast`.
    ///   - level: RSI that a fall in an uptrend reaches, above 0 and up to 50.
    ///   - exits: of each trade.
    /// - Returns: the strategy.
    /// - Throws: ``IndicatorError`` for figures that make no sense.
    package static func trendPullback(
        fast: Int,
        slow: Int,
        level: Double,
        exits: ExitRules
    ) throws(IndicatorError) -> RuleStrategy {
        try RuleStrategy(
            name: "trend-pullback",
            version: 1,
            parameters: [.init("fast", Double(fast)), .init("slow", Double(slow)), .init("level", level)],
            entry: TrendPullback(fast: fast, slow: slow, level: level),
            exits: exits
        )
    }
}
