package import Indicators

/// Bets on the way back from an extreme, and leaves at the mean.
///
/// Long when a close comes back above the lower Bollinger band after one below it, short the other way round; out when
/// the close crosses the band's middle.
struct MeanReversion: EntryRule {
    private var bands: BollingerBands
    private var before: (close: Double, band: Band)?

    init(period: Int, width: Double) throws(IndicatorError) {
        bands = try BollingerBands(period: period, width: width)
    }

    mutating func ingest(_ candle: CandleValues) -> Entry? {
        let close = candle.close
        guard let band = bands.ingest(close) else { return nil }
        defer { before = (close, band) }
        guard let before else { return nil }
        if before.close < before.band.lower, close >= band.lower { return .long }
        if before.close > before.band.upper, close <= band.upper { return .short }
        return (before.close < before.band.middle) != (close < band.middle) ? .leave : nil
    }
}

extension RuleStrategy {
    /// Enters when prices come back from outside the Bollinger bands.
    ///
    /// - Parameters:
    ///   - period: candles of the bands.
    ///   - width: of the bands, in standard deviations.
    ///   - exits: beside the crossing of the middle.
    /// - Returns: the strategy.
    /// - Throws: ``IndicatorError`` for figures that make no sense.
    package static func meanReversion(
        period: Int,
        width: Double,
        exits: ExitRules
    ) throws(IndicatorError) -> RuleStrategy {
        try RuleStrategy(
            name: "mean-reversion",
            version: 1,
            parameters: [.init("period", Double(period)), .init("width", width)],
            entry: MeanReversion(period: period, width: width),
            exits: exits
        )
    }
}
