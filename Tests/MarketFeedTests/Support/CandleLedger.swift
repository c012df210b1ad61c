import MarketFeed
import Markets

/// What a store would hold after the candle engine's outputs, in their order.
struct CandleLedger {
    private(set) var candles: [CandleSeries: [MarketTime: Candle]] = [:]
    private(set) var gaps: [CandleSeries: TimeSpanSet] = [:]

    mutating func take(_ outputs: [CandleOutput]) {
        for output in outputs {
            switch output {
            case .closed(let row):
                candles[row.series, default: [:]][row.candle.openTime] = row.candle
            case .incomplete(let row):
                if candles[row.series]?[row.candle.openTime]?.isClosed ?? false { continue }
                candles[row.series, default: [:]][row.candle.openTime] = row.candle
            case .gap(let gap):
                gaps[gap.series, default: TimeSpanSet(maximumCount: 1_000, overflow: .join)].insert(gap.span)
            case .filled(let gap):
                gaps[gap.series]?.remove(gap.span)
            }
        }
    }

    func closed(_ series: CandleSeries) -> [Candle] {
        (candles[series] ?? [:]).values.filter(\.isClosed).sorted { $0.openTime < $1.openTime }
    }

    func gaps(_ series: CandleSeries) -> [TimeSpan] { gaps[series]?.spans ?? [] }

    func isGap(_ time: MarketTime, of series: CandleSeries) -> Bool { gaps[series]?.contains(time) ?? false }
}

extension CandleSeries {
    init(_ interval: CandleInterval = .oneMinute, on venue: Venue = .binance) throws {
        self.init(venue: venue, symbol: try Samples.symbol(), interval: interval)
    }
}

extension TimeSpan {
    /// Minutes after ``Samples/midnight``.
    static func minutes(_ from: Int64, _ to: Int64) -> TimeSpan {
        TimeSpan(
            from: Samples.midnight.adding(milliseconds: from * 60_000),
            to: Samples.midnight.adding(milliseconds: to * 60_000)
        )
    }
}
