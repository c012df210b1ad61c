package import Logging
package import Markets
import ServiceLifecycle

/// The way of a market tick: what the venues say goes to the board and into candles, and from there to readers and to
/// the store.
///
/// The venues' adapters write into ``sink`` from their event loops. The service beside it keeps time: it marks silent
/// markets stale, writes candles behind, fills gaps and fetches the history of the most traded symbols.
package final class MarketFeed: Service {
    package let board: MarketBoard
    package let keeper: CandleKeeper
    private let pace: MarketFeedPace
    private let logger: Logger

    package init(
        store: CandleStore,
        history: CandleHistory?,
        limits: BoardLimits = BoardLimits(),
        pace: MarketFeedPace = MarketFeedPace(),
        logger: Logger,
        now: @escaping @Sendable () -> MarketTime = MarketTime.wallClock
    ) {
        board = MarketBoard(limits: limits, now: now)
        keeper = CandleKeeper(board: board, store: store, history: history, logger: logger, now: now)
        self.pace = pace
        self.logger = logger
    }

    /// Where the venues' adapters deliver.
    package var sink: MarketSink {
        MarketSink(
            receive: { [board, keeper] events in keeper.ingest(board.ingest(events)) },
            instruments: { [board] venue, instruments in board.list(instruments, on: venue) },
            status: { [board, keeper] venue, status in
                board.report(status, on: venue)
                keeper.report(status, on: venue)
            }
        )
    }

    /// Runs until the graceful shutdown, then writes what is left, within five seconds.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.watchFreshness() }
                group.addTask { await CandleWriter(keeper: self.keeper, pace: self.pace, logger: self.logger).run() }
                group.addTask { await GapFiller(keeper: self.keeper, pace: self.pace, logger: self.logger).run() }
                group.addTask { await HistoryWarmer(keeper: self.keeper, pace: self.pace, logger: self.logger).run() }
            }
        }
        await CandleWriter(keeper: keeper, pace: pace, logger: logger).finish()
    }

    private func watchFreshness() async {
        while await pace.pause(pace.sweep) { board.sweep() }
    }
}
