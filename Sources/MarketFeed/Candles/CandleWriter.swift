import Logging

/// Writes candles behind: a batch each second, and with patience while the store is away.
struct CandleWriter {
    let keeper: CandleKeeper
    let pace: MarketFeedPace
    let logger: Logger

    /// Runs until its task is cancelled.
    func run() async {
        var wait = pace.flush
        while await pace.pause(wait) {
            do {
                try await keeper.flush()
                if wait > pace.flush { logger.info("The candle store answers again") }
                wait = pace.flush
            } catch {
                if wait == pace.flush, !Task.isCancelled {
                    logger.warning(
                        "Candles could not be stored and wait",
                        metadata: ["waiting": "\(keeper.outboxCounters.waiting)", "error": "\(error)"]
                    )
                }
                wait = min(wait * 2, pace.longestRetry)
            }
        }
    }

    /// Writes everything there is, the open candles too, for as long as the pace allows.
    func finish() async {
        keeper.queueOpenCandles()
        await withTaskGroup { group in
            group.addTask { await flushPatiently() }
            group.addTask { _ = await pace.pause(pace.lastFlush) }
            await group.next()
            group.cancelAll()
        }
        let waiting = keeper.outboxCounters.waiting
        if waiting > 0 {
            logger.error("Candles were not stored before the stop", metadata: ["waiting": "\(waiting)"])
        }
    }

    private func flushPatiently() async {
        while !Task.isCancelled {
            if (try? await keeper.flush()) != nil { return }
            guard await pace.pause(pace.flush) else { return }
        }
    }
}
