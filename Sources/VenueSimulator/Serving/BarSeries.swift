package import Markets

/// The candles of one market up to a moment; a value, so that a long answer is made outside any lock.
package protocol BarSeries: Sendable {
    /// Candles of an interval, oldest first, the open one last.
    ///
    /// - Parameters:
    ///   - interval: the length of a candle.
    ///   - from: earliest open time; with it the answer starts there, without it the answer ends at the latest.
    ///   - to: latest open time.
    ///   - limit: most candles.
    /// - Returns: candles that are known; those of a simulated market never begin later than their interval.
    func bars(_ interval: CandleInterval, from: MarketTime?, to: MarketTime?, limit: Int) -> [Bar]
}

/// A series whose minutes are all known from one moment on.
protocol MinuteSeries: BarSeries {
    /// Minute candles whose open time lies in the range, oldest first, the open one included.
    func minutes(_ range: Range<MarketTime>) -> [Bar]
    /// From the first minute that can be answered to the end of the open one; nil without any.
    var extent: Range<MarketTime>? { get }
}

extension MinuteSeries {
    package func bars(_ interval: CandleInterval, from: MarketTime?, to: MarketTime?, limit: Int) -> [Bar] {
        guard limit > 0 else { return [] }
        guard let extent else { return [] }
        let length = interval.milliseconds
        let latest = interval.openTime(of: extent.upperBound.adding(milliseconds: -1))
        let earliest = Self.roundedUp(extent.lowerBound, interval)
        var last = min(to.map { interval.openTime(of: $0) } ?? latest, latest)
        var first = max(from.map { Self.roundedUp($0, interval) } ?? earliest, earliest)
        guard first <= last else { return [] }
        let span = Int64(limit - 1) * length
        if from == nil {
            first = max(first, last.adding(milliseconds: -span))
        } else {
            last = min(last, first.adding(milliseconds: span))
        }
        return minutes(first..<last.adding(milliseconds: length)).combined(into: interval)
    }

    private static func roundedUp(_ time: MarketTime, _ interval: CandleInterval) -> MarketTime {
        let open = interval.openTime(of: time)
        return open == time ? open : open.adding(milliseconds: interval.milliseconds)
    }
}

extension [Bar] {
    /// Joins minute candles, oldest first, into candles of a longer interval.
    package func combined(into interval: CandleInterval) -> [Bar] {
        guard interval != .oneMinute else { return self }
        var output: [Bar] = []
        for bar in self {
            let open = interval.openTime(of: bar.openTime)
            if let last = output.last, last.openTime == open {
                output[output.count - 1] = last.extended(by: bar)
            } else {
                var first = bar
                first.openTime = open
                output.append(first)
            }
        }
        return output
    }
}
