/// The running sum of volume, added where the close rose and taken off where it fell, in the base asset.
///
/// It starts with the first candle's volume, at the first candle; an equal close leaves it. The sum is compensated: it
/// does not drift over millions of candles. Source: J. Granville, *New Key to Stock Market Profits*, 1963.
package struct OnBalanceVolume: SteppedIndicator {
    private var sum = CompensatedSum()
    private var previous: Double?

    package init() {}

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        let before = previous ?? -.infinity
        previous = candle.close
        let up = chosen(candle.volume, where: candle.close, exceeds: before)
        let down = chosen(candle.volume, where: before, exceeds: candle.close)
        sum.add(up - down)
        return sum.value
    }
}
