/// How often the work beside the feed is done, and how much of it.
package struct MarketFeedPace: Hashable, Sendable {
    /// Between two looks for silent markets.
    package var sweep: Duration = .milliseconds(250)
    /// Between two writes of candles to the store.
    package var flush: Duration = .seconds(1)
    /// The longest wait before the store is tried again after it has failed; the first is ``flush``, then it doubles.
    package var longestRetry: Duration = .seconds(10)
    /// How long the last write may take when the program stops.
    package var lastFlush: Duration = .seconds(5)
    /// Between two looks for gaps to fill and for symbols without history.
    package var backfill: Duration = .seconds(5)
    /// Between two calls to a venue in the background.
    package var backfillCall: Duration = .milliseconds(50)
    /// Between two rounds of deleting what is older than it is kept for.
    package var cleaning: Duration = .seconds(600)
    /// The most traded symbols of each venue get their history without being asked for it.
    package var warmSymbols = 40
    /// As many candles of each interval, at most 1,000.
    package var warmCandles = 500

    package init() {}

    /// Waits; false when the task was cancelled meanwhile.
    func pause(_ duration: Duration) async -> Bool {
        do {
            try await Task.sleep(for: duration)
            return true
        } catch {
            return false
        }
    }
}
