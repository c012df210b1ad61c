package import Indicators
package import Markets

/// Candles of a shorter interval, found by the longer one that they lie in.
package struct FinerCandles: Sendable {
    let candles: CandleColumns
    private let longer: CandleInterval
    /// How many of them fill a longer one.
    private let needed: Int

    /// - Parameters:
    ///   - candles: oldest first.
    ///   - interval: their own.
    ///   - longer: of the candles they explain; a multiple of theirs.
    package init(_ candles: CandleColumns, interval: CandleInterval, within longer: CandleInterval) {
        self.candles = candles
        self.longer = longer
        needed = Int(longer.milliseconds / interval.milliseconds)
    }

    /// The candles within a longer one; nil unless all of them are there, since a gap may hide what decides.
    func parts(of candle: CandleValues) -> [CandleValues]? {
        let end = candle.openTime.adding(milliseconds: longer.milliseconds)
        let first = firstIndex(from: candle.openTime)
        let last = firstIndex(from: end)
        guard last - first == needed else { return nil }
        return (first..<last).map { candles[$0] }
    }

    private func firstIndex(from time: MarketTime) -> Int {
        var low = 0
        var high = candles.count
        while low < high {
            let middle = (low + high) / 2
            if candles.openTimes[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
