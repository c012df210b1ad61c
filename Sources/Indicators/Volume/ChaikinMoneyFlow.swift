/// The volume of the last `period` candles weighted with where they closed, from −1 (at their lows) to 1 (at the highs).
///
/// Σ v · ((c − l) − (h − c)) / (h − l) / Σ v; a candle without range adds 0; 0 where no volume is in the window. The first
/// value comes with the nth candle. Source: M. Chaikin's volume accumulation, 1980s.
package struct ChaikinMoneyFlow: SteppedIndicator {
    private var sums: RollingSums

    /// - Throws: ``IndicatorError/periodOutOfRange(_:)``.
    package init(period: Int) throws(IndicatorError) {
        try IndicatorPeriod.check(period)
        sums = RollingSums(period: period)
    }

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        let range = candle.high - candle.low
        let above = candle.close - candle.low
        let below = candle.high - candle.close
        let flow = range > 0 ? candle.volume * ((above - below) / range) : 0
        guard let sums = sums.step(flow, candle.volume) else { return nil }
        return sums.y > 0 ? sums.x / sums.y : 0
    }

    @inline(__always)
    mutating func detach() { sums.detach() }

    @inline(__always)
    mutating func settle() { sums.settle() }
}
