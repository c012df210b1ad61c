import Logging
import Markets
import Synchronization

/// Fetches what gaps are missing from the venues' own history, the newest gap first, then forgets the gap.
struct GapFiller {
    /// Gaps looked at in one round.
    static let gapsPerRound = 200
    /// Candles that wait to be written before filling pauses.
    static let fullOutbox = 20_000
    /// A gap that could not be filled is left alone for so long.
    static let pauseAfterFailureMilliseconds: Int64 = 60_000

    let keeper: CandleKeeper
    let pace: MarketFeedPace
    let logger: Logger

    /// Runs until its task is cancelled.
    func run() async {
        var failed: [CandleGap: MarketTime] = [:]
        while await pace.pause(pace.backfill) { await round(&failed) }
    }

    /// Tries every gap that is known and over once.
    func round(_ failed: inout [CandleGap: MarketTime]) async {
        // A store that is away has its own log line; there is nothing to fill until it is back.
        guard let gaps = try? await keeper.store.openGaps(Self.gapsPerRound) else { return }
        let now = keeper.now()
        failed = failed.filter { now.since($0.value) < Self.pauseAfterFailureMilliseconds }
        for gap in gaps where failed[gap] == nil {
            guard !Task.isCancelled, keeper.outboxCounters.waiting < Self.fullOutbox else { return }
            do {
                try await keeper.fill(gap, pausing: { await pace.pause(pace.backfillCall) })
            } catch CandleBackfill.Refusal.budgetSpent {
                return
            } catch {
                logger.debug("A gap could not be filled", metadata: gap.series.metadata(error))
                failed[gap] = now
            }
        }
    }
}

extension CandleKeeper {
    /// Fetches the candles of a gap that is over, page by page, and clears its mark behind them.
    fileprivate func fill(_ gap: CandleGap, pausing: () async -> Bool) async throws {
        let open = gap.series.interval.openTime(of: clock(of: gap.series.venue))
        guard gap.span.to <= open else { return }
        let step = Int64(CandleHistory.maximumCandles) * gap.series.interval.milliseconds
        var from = gap.span.from
        while from < gap.span.to {
            let page = TimeSpan(from: from, to: min(gap.span.to, from.adding(milliseconds: step)))
            try await fill(gap.series, in: page, open: open, caller: .background)
            from = page.to
            guard await pausing() else { return }
        }
        state.withLock { $0.outbox.clear(gap) }
    }
}
