package import Markets

/// The mean price paid since an anchor, in the unit of the prices.
///
/// Σ tp · v / Σ v with tp = (h + l + c) / 3. It has a value from its anchor on; 0 while nothing has been traded, as
/// TA-Lib has it. The sums are compensated: they do not drift over millions of candles.
package struct VolumeWeightedAveragePrice: SteppedIndicator {
    /// Where the sums begin.
    package enum Anchor: Hashable, Sendable {
        /// The first candle that comes.
        case first
        /// Every session anew: the UTC day for a day, the UTC hour for an hour.
        case session(CandleInterval)
        /// The first candle that opens at the instant or after it; before it there is no value.
        case time(MarketTime)
    }

    private let anchor: Anchor
    private var session: MarketTime?
    private var value = CompensatedSum()
    private var volume = CompensatedSum()

    package init(anchor: Anchor) { self.anchor = anchor }

    package mutating func ingest(_ candle: CandleValues) -> Double? { advance(candle) }
    package func preview(_ candle: CandleValues) -> Double? { glimpse(candle) }
    package func values(over candles: CandleColumns) -> IndicatorSeries<Double> { run(over: candles) }

    @inline(__always)
    mutating func step(_ candle: CandleValues) -> Double? {
        switch anchor {
        case .first: break
        case .session(let length): begin(length.openTime(of: candle.openTime))
        case .time(let start): if candle.openTime < start { return nil }
        }
        value.add(candle.typicalPrice * candle.volume)
        volume.add(candle.volume)
        let total = volume.value
        return total > 0 ? value.value / total : 0
    }

    @inline(__always)
    private mutating func begin(_ start: MarketTime) {
        guard start != session else { return }
        session = start
        value = CompensatedSum()
        volume = CompensatedSum()
    }
}
