import DequeModule
package import Markets

/// Candles and gap marks on their way to the store, the newest word on each candle.
///
/// Bounded: when the store is away for so long that the bound is reached, the oldest candles are given up and a gap is
/// marked in their place, so that they are backfilled later and nothing is lost in silence. Marks are joined where they
/// touch; of each series there are at most 32 stretches, and beyond that gaps err on the side of too much, and filled
/// ones on the side of too little.
package struct CandleOutbox: Sendable {
    /// What is written in one go.
    ///
    /// Candles first, then the marks: a mark is only cleared when the candles are stored.
    package struct Batch: Sendable {
        package var candles: [VenueCandle] = []
        package var gaps: [CandleGap] = []
        package var filled: [CandleGap] = []

        package var isEmpty: Bool { candles.isEmpty && gaps.isEmpty && filled.isEmpty }
    }

    private struct Row: Hashable {
        let series: CandleSeries
        let openTime: MarketTime
    }

    package let capacity: Int
    /// Candles given up because the store was away for too long.
    package private(set) var givenUp = 0
    private var order: Deque<Row> = []
    private var waiting: [CandleSeries: [MarketTime: Candle]] = [:]
    private var writing: [CandleSeries: [MarketTime: Candle]] = [:]
    private var gaps: [CandleSeries: TimeSpanSet] = [:]
    private var filled: [CandleSeries: TimeSpanSet] = [:]
    private var writingMarks = Batch()

    package init(capacity: Int = 50_000) {
        self.capacity = capacity
    }

    package var count: Int { order.count }

    package mutating func put(_ output: CandleOutput) {
        switch output {
        case .closed(let candle), .incomplete(let candle): put(candle)
        case .gap(let gap): mark(gap)
        case .filled(let gap): clear(gap)
        }
    }

    /// Queues a candle in place of an older word on it; an open one never takes the place of a closed one.
    package mutating func put(_ row: VenueCandle) {
        let series = row.series
        let known = waiting[series]?[row.candle.openTime] ?? writing[series]?[row.candle.openTime]
        if let known, known.isClosed, !row.candle.isClosed { return }
        let isNew = waiting[series]?[row.candle.openTime] == nil
        waiting[series, default: [:]][row.candle.openTime] = row.candle
        guard isNew else { return }
        order.append(Row(series: series, openTime: row.candle.openTime))
        if order.count > capacity { giveUpOldest() }
    }

    package mutating func mark(_ gap: CandleGap) {
        filled[gap.series]?.remove(gap.span)
        gaps[gap.series, default: TimeSpanSet(overflow: .join)].insert(gap.span)
    }

    /// Queues the news that a gap is filled; a mark that has not been written yet is simply forgotten.
    package mutating func clear(_ gap: CandleGap) {
        gaps[gap.series]?.remove(gap.span)
        filled[gap.series, default: TimeSpanSet(overflow: .forget)].insert(gap.span)
    }

    private mutating func giveUpOldest() {
        guard let oldest = order.popFirst(), let candle = take(oldest) else { return }
        givenUp += 1
        mark(CandleGap(series: oldest.series, span: candle.span))
    }

    private mutating func take(_ row: Row) -> Candle? {
        let candle = waiting[row.series]?.removeValue(forKey: row.openTime)
        if waiting[row.series]?.isEmpty ?? false { waiting[row.series] = nil }
        return candle
    }
}

// MARK: - Writing

extension CandleOutbox {
    /// Takes the oldest candles and all marks out for writing; readers still see them until the batch is confirmed.
    package mutating func takeBatch(limit: Int) -> Batch {
        var batch = Batch()
        while batch.candles.count < limit, let row = order.popFirst() {
            guard let candle = take(row) else { continue }
            writing[row.series, default: [:]][row.openTime] = candle
            batch.candles.append(VenueCandle(venue: row.series.venue, candle: candle))
        }
        // Only when no candle waits behind it may a mark be cleared: the candle that fills the gap could be that one.
        if order.isEmpty {
            batch.filled = Self.flatten(filled)
            filled = [:]
        }
        batch.gaps = Self.flatten(gaps)
        gaps = [:]
        writingMarks = Batch(gaps: batch.gaps, filled: batch.filled)
        return batch
    }

    /// The store has the batch.
    package mutating func confirm() {
        writing = [:]
        writingMarks = Batch()
    }

    /// The store has not taken the batch, or not all of it: everything goes back, unless newer words have come.
    package mutating func giveBack(_ batch: Batch) {
        writing = [:]
        writingMarks = Batch()
        for row in batch.candles.reversed() {
            let time = row.candle.openTime
            if let newer = waiting[row.series]?[time], newer.isClosed || !row.candle.isClosed { continue }
            let isNew = waiting[row.series]?[time] == nil
            waiting[row.series, default: [:]][time] = row.candle
            if isNew { order.prepend(Row(series: row.series, openTime: time)) }
        }
        for gap in batch.filled where gaps[gap.series]?.clipped(to: gap.span).isEmpty ?? true {
            filled[gap.series, default: TimeSpanSet(overflow: .forget)].insert(gap.span)
        }
        for gap in batch.gaps where filled[gap.series]?.clipped(to: gap.span).isEmpty ?? true {
            gaps[gap.series, default: TimeSpanSet(overflow: .join)].insert(gap.span)
        }
        while order.count > capacity { giveUpOldest() }
    }

    private static func flatten(_ sets: [CandleSeries: TimeSpanSet]) -> [CandleGap] {
        sets.flatMap { series, set in set.spans.map { CandleGap(series: series, span: $0) } }
    }
}

// MARK: - Reading

extension CandleOutbox {
    /// The candles of the series that the store may not have yet.
    package func candles(of series: CandleSeries, in span: TimeSpan) -> [Candle] {
        let newest = (writing[series] ?? [:]).merging(waiting[series] ?? [:]) { _, waiting in waiting }
        return newest.values.filter { span.contains($0.openTime) }
    }

    /// The gaps of the series that the store may not know yet.
    package func gaps(of series: CandleSeries, in span: TimeSpan) -> [TimeSpan] {
        let beingWritten = writingMarks.gaps.filter { $0.series == series && $0.span.overlaps(span) }.map(\.span)
        return (gaps[series]?.clipped(to: span) ?? []) + beingWritten
    }

    /// The stretches whose marks the store may still have although they are filled.
    package func filled(of series: CandleSeries, in span: TimeSpan) -> [TimeSpan] {
        let beingWritten = writingMarks.filled.filter { $0.series == series && $0.span.overlaps(span) }.map(\.span)
        return (filled[series]?.clipped(to: span) ?? []) + beingWritten
    }
}
