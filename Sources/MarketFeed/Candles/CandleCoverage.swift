import DequeModule
import Markets

/// Which stretches of which series are known to be as complete as the venue's own history.
///
/// It only saves asking the venue again, so forgetting is harmless: at most 4,096 series with 16 stretches each, the
/// series first noted goes first.
struct CandleCoverage: Sendable {
    private static let maximumSeries = 4_096

    private var covered: [CandleSeries: TimeSpanSet] = [:]
    private var order: Deque<CandleSeries> = []

    mutating func note(_ span: TimeSpan, of series: CandleSeries) {
        if covered[series] == nil {
            order.append(series)
            if order.count > Self.maximumSeries, let first = order.popFirst() { covered[first] = nil }
        }
        covered[series, default: TimeSpanSet(maximumCount: 16, overflow: .forget)].insert(span)
    }

    mutating func forget(_ span: TimeSpan, of series: CandleSeries) { covered[series]?.remove(span) }

    func covers(_ time: MarketTime, of series: CandleSeries) -> Bool { covered[series]?.contains(time) ?? false }
}
