package import Indicators

/// Goes with a close beyond the range of the candles before, if the volume is a multiple of theirs.
///
/// Long when the close is above the highest high of the `period` candles before and the volume at least `factor` times
/// their mean; short below their lowest low.
struct VolumeBreakout: EntryRule {
    private var channel: DonchianChannel
    private var volume: SimpleMovingAverage
    private let factor: Double
    private var before: (range: Band, volume: Double)?

    init(period: Int, factor: Double) throws(IndicatorError) {
        guard factor > 0, factor.isFinite else { throw .factorOutOfRange(factor) }
        channel = try DonchianChannel(period: period)
        volume = try SimpleMovingAverage(period: period)
        self.factor = factor
    }

    mutating func ingest(_ candle: CandleValues) -> Entry? {
        guard candle.isUsable else { return nil }
        let known = before
        let range = channel.ingest(candle)
        let mean = volume.ingest(candle.volume)
        if let range, let mean { before = (range, mean) }
        guard let known, candle.volume > 0, candle.volume >= factor * known.volume else { return nil }
        if candle.close > known.range.upper { return .long }
        return candle.close < known.range.lower ? .short : nil
    }
}

extension RuleStrategy {
    /// Enters in the direction of a close beyond the last range, with volume.
    ///
    /// - Parameters:
    ///   - period: candles of the range.
    ///   - factor: what multiple of their mean volume it takes.
    ///   - exits: of each trade.
    /// - Returns: the strategy.
    /// - Throws: ``IndicatorError`` for figures that make no sense.
    package static func volumeBreakout(
        period: Int,
        factor: Double,
        exits: ExitRules
    ) throws(IndicatorError) -> RuleStrategy {
        try RuleStrategy(
            name: "volume-breakout",
            version: 1,
            parameters: [.init("period", Double(period)), .init("factor", factor)],
            entry: VolumeBreakout(period: period, factor: factor),
            exits: exits
        )
    }
}
