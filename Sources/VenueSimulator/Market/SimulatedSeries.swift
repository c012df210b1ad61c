import Markets

/// The candles of one simulated market: the last day as it was traded, older ones from its history.
struct SimulatedSeries: MinuteSeries {
    /// As if every market had been listed that long before the first minute that is kept.
    static let listedDays: Int64 = 120

    let market: SimulatedListing
    let window: MinuteWindow
    let lastID: Int64

    var extent: Range<MarketTime>? {
        let first = window.firstMinute - Self.listedDays * 1440
        let end = Int64(window.current.minute) + 1
        return MarketTime(milliseconds: first * 60_000)..<MarketTime(milliseconds: end * 60_000)
    }

    func minutes(_ range: Range<MarketTime>) -> [Bar] {
        guard let extent else { return [] }
        let first = max(range.lowerBound, extent.lowerBound).milliseconds / 60_000
        let end = (min(range.upperBound, extent.upperBound).milliseconds + 59_999) / 60_000
        guard first < end else { return [] }
        var bars: [TickBar] = []
        bars.reserveCapacity(Int(end - first))
        if first < window.firstMinute {
            bars += MinuteHistory(market: market).bars(first..<min(end, window.firstMinute))
        }
        for minute in max(first, window.firstMinute)..<max(end, window.firstMinute) {
            bars.append(window.bar(minute))
        }
        return bars.map { $0.bar(market.listing, lastID: $0.minute == window.current.minute ? lastID : nil) }
    }
}
