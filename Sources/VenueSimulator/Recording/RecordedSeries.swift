import Markets

/// The candles of one recorded market as far as they were played.
struct RecordedSeries: BarSeries {
    let bars: [CandleInterval: [Bar]]

    /// An interval that was recorded is told as recorded, a longer one is joined from the next shorter recorded one, and
    /// a shorter one is not known.
    package func bars(_ interval: CandleInterval, from: MarketTime?, to: MarketTime?, limit: Int) -> [Bar] {
        let known = CandleInterval.allCases.filter { $0.milliseconds <= interval.milliseconds && bars[$0] != nil }
        guard let source = known.last, let recorded = bars[source], limit > 0 else { return [] }
        let lower = recorded.partition { bar in from.map { bar.openTime >= $0 } ?? true }
        let upper = recorded.partition { bar in
            to.map { interval.openTime(of: bar.openTime) > $0 } ?? false
        }
        guard lower < upper else { return [] }
        if source == interval {
            let range = recorded[lower..<upper]
            return Array(from == nil ? range.suffix(limit) : range.prefix(limit))
        }
        // Enough of the source for `limit` candles, whichever end is asked for.
        let perCandle = Int(interval.milliseconds / source.milliseconds)
        let most = (limit + 1) * perCandle
        let range = from == nil ? recorded[lower..<upper].suffix(most) : recorded[lower..<upper].prefix(most)
        var joined = Array(range).combined(into: interval)
        if let from { joined.removeAll { $0.openTime < from } }
        return Array(from == nil ? joined.suffix(limit) : joined.prefix(limit))
    }
}

extension [Bar] {
    /// First index at which the condition holds, for one that holds from some index on.
    func partition(where condition: (Bar) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
