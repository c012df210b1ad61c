package import Logging
package import Markets
import ServiceLifecycle

/// The way of a market tick: what the venues say goes to the board, to the books, into candles and onto the tape of
/// liquidations, and from there to readers and to the store.
///
/// The venues' adapters write into ``sink`` from their event loops. The service beside it keeps time: it marks silent
/// markets stale, writes candles and liquidations behind, fills gaps, fetches the history of the most traded symbols
/// and deletes what is too old.
package final class MarketFeed: Service {
    package let board: MarketBoard
    package let books: BookShelf
    package let keeper: CandleKeeper
    package let liquidations: LiquidationKeeper
    package let maps = LiquidationMapKeeper()
    private let cleaner: MarketCleaner
    private let pace: MarketFeedPace
    private let logger: Logger
    private let listener: @Sendable (_ believed: [MarketEvent]) -> Void

    /// Makes a feed that keeps candles and liquidations in the stores.
    ///
    /// Without a history gaps stay marked. The listener hears what is believed, on the venues' event loops: it must not
    /// block.
    package init(
        store: CandleStore,
        liquidationStore: LiquidationStore,
        history: CandleHistory?,
        limits: BoardLimits = BoardLimits(),
        retention: MarketRetention = MarketRetention(),
        pace: MarketFeedPace = MarketFeedPace(),
        logger: Logger,
        now: @escaping @Sendable () -> MarketTime = MarketTime.wallClock,
        listener: @escaping @Sendable (_ believed: [MarketEvent]) -> Void = { _ in }
    ) {
        self.listener = listener
        board = MarketBoard(limits: limits, now: now)
        books = BookShelf(board: board, now: now)
        keeper = CandleKeeper(board: board, store: store, history: history, logger: logger, now: now)
        liquidations = LiquidationKeeper(board: board, store: liquidationStore, logger: logger, now: now)
        cleaner = MarketCleaner(
            candles: store,
            liquidations: liquidationStore,
            retention: retention,
            pace: pace,
            logger: logger,
            now: now
        )
        self.pace = pace
        self.logger = logger
    }

    /// Where the venues' adapters deliver.
    package var sink: MarketSink {
        MarketSink(
            receive: { [board, books, keeper, liquidations, maps, listener] events in
                // The books take everything: a change that the board would hold back is missing for good.
                books.ingest(events)
                let believed = board.ingest(events)
                keeper.ingest(believed)
                liquidations.ingest(believed)
                maps.ingest(believed)
                listener(believed)
            },
            instruments: { [board, books] venue, instruments in
                board.list(instruments, on: venue)
                books.tidy()
            },
            status: { [board, keeper, liquidations] venue, status in
                board.report(status, on: venue)
                keeper.report(status, on: venue)
                liquidations.report(status, on: venue)
            }
        )
    }

    /// How well each venue is heard, with what is known of its books and candles: `GET /market/exchanges`.
    package func reports() -> [FeedReport] {
        board.exchanges().map { report in
            FeedReport(
                venue: report,
                events: board.counters(of: report.venue),
                books: books.counters(of: report.venue),
                bookStates: books.tally(of: report.venue),
                candles: keeper.counters(of: report.venue)
            )
        }
    }

    /// Runs until the graceful shutdown, then writes what is left, within five seconds.
    package func run() async throws {
        let candleWriter = CandleWriter(keeper: keeper, pace: pace, logger: logger)
        let liquidationWriter = LiquidationWriter(keeper: liquidations, pace: pace, logger: logger)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.watchFreshness() }
                group.addTask { await candleWriter.run() }
                group.addTask { await liquidationWriter.run() }
                group.addTask { await GapFiller(keeper: self.keeper, pace: self.pace, logger: self.logger).run() }
                group.addTask { await HistoryWarmer(keeper: self.keeper, pace: self.pace, logger: self.logger).run() }
                group.addTask { await self.cleaner.run() }
            }
        }
        async let candles: Void = candleWriter.finish()
        await liquidationWriter.finish()
        await candles
    }

    private func watchFreshness() async {
        while await pace.pause(pace.sweep) { board.sweep() }
    }
}

/// One venue with what the feed knows of it.
package struct FeedReport: Hashable, Sendable {
    package var venue: VenueReport
    package var events: BoardCounters
    package var books: BookCounters
    /// How many books are in which state now.
    package var bookStates: [BookState: Int]
    package var candles: CandleCounters
}
