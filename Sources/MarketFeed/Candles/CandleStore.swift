package import Markets

/// Where candles outlive the process.
///
/// The storage adapter fills it; every call may fail and is then tried again.
package struct CandleStore: Sendable {
    /// Inserts or replaces by (venue, symbol, interval, open time), all rows or none.
    ///
    /// Doing it twice is the same as once, and a candle that is not closed never replaces a closed one. When the call
    /// returns, the rows are on disk: that is the moment a candle counts as acknowledged. At most 5,000 rows, no two of
    /// one key.
    package var upsert: @Sendable (_ candles: [VenueCandle]) async throws -> Void
    /// The stored candles of a series, oldest first; see ``CandleQuery`` for which.
    package var range: @Sendable (_ query: CandleQuery) async throws -> [Candle]
    /// The marked gaps of a series that overlap the span, oldest first, at most 1,000.
    package var gaps: @Sendable (_ series: CandleSeries, _ span: TimeSpan) async throws -> [CandleGap]
    /// Marked gaps of every series, newest first, at most the limit: what a new start has to backfill.
    package var openGaps: @Sendable (_ limit: Int) async throws -> [CandleGap]
    /// Marks a gap; marking the same one twice is the same as once.
    package var markGap: @Sendable (_ gap: CandleGap) async throws -> Void
    /// Forgets the marks of the series that lie wholly within the gap's span.
    package var clearGap: @Sendable (_ gap: CandleGap) async throws -> Void
    /// Deletes candles of the interval that opened before the instant, at most the limit, and then the gap marks before
    /// it; returns how many candles.
    package var prune: @Sendable (_ interval: CandleInterval, _ before: MarketTime, _ limit: Int) async throws -> Int

    package init(
        upsert: @escaping @Sendable (_ candles: [VenueCandle]) async throws -> Void,
        range: @escaping @Sendable (_ query: CandleQuery) async throws -> [Candle],
        gaps: @escaping @Sendable (_ series: CandleSeries, _ span: TimeSpan) async throws -> [CandleGap],
        openGaps: @escaping @Sendable (_ limit: Int) async throws -> [CandleGap],
        markGap: @escaping @Sendable (_ gap: CandleGap) async throws -> Void,
        clearGap: @escaping @Sendable (_ gap: CandleGap) async throws -> Void,
        prune:
            @escaping @Sendable (
                _ interval: CandleInterval, _ before: MarketTime, _ limit: Int
            ) async throws -> Int
    ) {
        self.upsert = upsert
        self.range = range
        self.gaps = gaps
        self.openGaps = openGaps
        self.markGap = markGap
        self.clearGap = clearGap
        self.prune = prune
    }
}

/// Which stored candles of a series are wanted.
///
/// By open time, `from` included and `to` not. With `from`, the page begins there: the oldest `limit` candles that
/// match. Without it, the page ends at `to`, or at the newest candle: the newest `limit` that match. Always answered
/// oldest first.
package struct CandleQuery: Hashable, Sendable {
    package var series: CandleSeries
    package var from: MarketTime?
    package var to: MarketTime?
    /// 1…1,000.
    package var limit: Int

    package init(series: CandleSeries, from: MarketTime? = nil, to: MarketTime? = nil, limit: Int) {
        self.series = series
        self.from = from
        self.to = to
        self.limit = limit
    }
}
