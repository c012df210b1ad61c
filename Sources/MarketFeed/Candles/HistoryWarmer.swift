import Logging
import Markets
import Synchronization

/// Fetches the recent history of the most traded symbols, once for each, so that charts and longer candles have their
/// beginning before anybody asks.
struct HistoryWarmer {
    let keeper: CandleKeeper
    let pace: MarketFeedPace
    let logger: Logger

    /// Runs until its task is cancelled.
    func run() async {
        var warmed: Set<CandleSeries> = []
        while await pace.pause(pace.backfill) {
            for venue in Venue.allCases { await round(venue, warmed: &warmed) }
        }
    }

    /// Warms every series of the venue's most traded symbols that is followed and was not warmed yet.
    func round(_ venue: Venue, warmed: inout Set<CandleSeries>) async {
        for symbol in keeper.board.mostTraded(on: venue, limit: pace.warmSymbols) {
            guard keeper.state.withLock({ $0.builder.follows(symbol, on: venue) }) else { continue }
            for interval in CandleInterval.allCases {
                let series = CandleSeries(venue: venue, symbol: symbol, interval: interval)
                guard !warmed.contains(series) else { continue }
                do {
                    try await keeper.warm(series, candles: pace.warmCandles)
                    warmed.insert(series)
                } catch {
                    // The venue or the store is away, or the budget of this minute is spent: the next round goes on.
                    logger.debug("The history of a market could not be fetched", metadata: series.metadata(error))
                    return
                }
                guard await pace.pause(pace.backfillCall) else { return }
            }
        }
    }
}
