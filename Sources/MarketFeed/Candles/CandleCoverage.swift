import DequeModule
import Markets

/// Which stretches of which series are known to be as complete as the venue's own history, and the open candles that
/// it gave for series which are not built here.
///
/// It only saves asking the venue again, so forgetting is harmless: at most 4,096 series with 16 stretches each, the
/// series first noted goes first.
struct CandleCoverage: Sendable {
    private static let maximumSeries = 4_096

    /// As long as this an open candle from the venue is served again.
    private static let openCandleMilliseconds: Int64 = 5_000

    private var covered: [CandleSeries: TimeSpanSet] = [:]
    private var open: [CandleSeries: (candle: Candle, at: MarketTime)] = [:]
    private var order: Deque<CandleSeries> = []

    mutating func note(_ span: TimeSpan, of series: CandleSeries) {
        if covered[series] == nil {
            order.append(series)
            if order.count > Self.maximumSeries, let first = order.popFirst() {
                covered[first] = nil
                open[first] = nil
            }
        }
        covered[series, default: TimeSpanSet(maximumCount: 16, overflow: .forget)].insert(span)
    }

    /// Keeps the open candle of a series that was just noted.
    mutating func keep(_ candle: Candle, of series: CandleSeries, now: MarketTime) {
        if covered[series] != nil { open[series] = (candle, now) }
    }

    /// The open candle of the time, while it is fresh.
    func openCandle(at time: MarketTime, of series: CandleSeries, now: MarketTime) -> Candle? {
        guard let (candle, at) = open[series], candle.openTime == time else { return nil }
        return (0..<Self.openCandleMilliseconds).contains(now.since(at)) ? candle : nil
    }

    func covers(_ time: MarketTime, of series: CandleSeries) -> Bool { covered[series]?.contains(time) ?? false }
}
