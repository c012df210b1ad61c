import Markets

/// A page of candles while it is put together from several places.
struct CandleSheet {
    let series: CandleSeries
    let span: TimeSpan
    /// The open time of the candle that is being built now.
    let open: MarketTime
    var gaps: [TimeSpan] = []
    private var candles: [MarketTime: Candle] = [:]
    private var live: Set<MarketTime> = []

    init(series: CandleSeries, span: TimeSpan, open: MarketTime) {
        self.series = series
        self.span = span
        self.open = open
    }

    /// Puts candles on the sheet, over older words on them; an open one never goes over a closed one.
    mutating func put(_ newer: [Candle]) {
        for candle in newer where span.contains(candle.openTime) {
            if let known = candles[candle.openTime] {
                guard candle.isClosed || (!known.isClosed && known.trades <= candle.trades) else { continue }
            }
            candles[candle.openTime] = candle
        }
    }

    /// Puts candles on the sheet that are being built, and a gap over those whose trades were not all heard.
    mutating func put(live building: [LiveCandle]) {
        for part in building where span.contains(part.candle.openTime) {
            guard candles[part.candle.openTime].map({ !$0.isClosed }) ?? true else { continue }
            put([part.candle])
            live.insert(part.candle.openTime)
            if !part.isSound { gaps.append(part.candle.span) }
        }
    }

    /// From the first to the last candle that should be there and is not; nil when nothing is missing.
    ///
    /// Among them is the open candle, when nothing is known of it.
    func missing(except isCovered: (MarketTime) -> Bool) -> TimeSpan? {
        var absent = missingTimes.filter { candles[$0] != nil || !isCovered($0) }
        if span.contains(open), candles[open] == nil { absent.append(open) }
        guard let first = absent.first, let last = absent.last else { return nil }
        return TimeSpan(from: first, to: last.adding(milliseconds: series.interval.milliseconds))
    }

    /// Marks gaps over what is missing.
    mutating func markMissing() {
        let length = series.interval.milliseconds
        gaps += missingTimes.map { TimeSpan(from: $0, to: $0.adding(milliseconds: length)) }
    }

    /// Closed candles that are not there, or there only as incomplete.
    private var missingTimes: [MarketTime] {
        let last = min(span.to, open)
        return stride(from: span.from.milliseconds, to: last.milliseconds, by: Int(series.interval.milliseconds))
            .map(MarketTime.init(milliseconds:))
            .filter { !live.contains($0) && !(candles[$0]?.isClosed ?? false) }
    }

    /// The finished page.
    func page(limit: Int, fromStart: Bool) -> CandlePage {
        let sorted = candles.values.sorted { $0.openTime < $1.openTime }
        let items = fromStart ? sorted.prefix(limit) : sorted.suffix(limit)
        var joined = TimeSpanSet(maximumCount: CandleRequest.maximumLimit, overflow: .join)
        for gap in gaps { joined.insert(gap) }
        return CandlePage(series: series, items: Array(items), gaps: joined.clipped(to: span))
    }
}
