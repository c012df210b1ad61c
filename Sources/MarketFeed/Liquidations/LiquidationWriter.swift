import Logging

/// Brings the last day's liquidations back when the process starts, then writes new ones behind.
struct LiquidationWriter {
    let keeper: LiquidationKeeper
    let pace: MarketFeedPace
    let logger: Logger

    /// Runs until its task is cancelled.
    func run() async {
        var isRestored = false
        var wait = pace.flush
        repeat {
            do {
                if !isRestored { try await keeper.restore() }
                isRestored = true
                try await keeper.flush()
                wait = pace.flush
            } catch {
                if wait == pace.flush, !Task.isCancelled {
                    logger.warning(
                        "Liquidations could not be stored and wait",
                        metadata: ["waiting": "\(keeper.counters.waiting)", "error": "\(error)"]
                    )
                }
                wait = min(wait * 2, pace.longestRetry)
            }
        } while await pace.pause(wait)
    }

    /// Writes what is left, once.
    func finish() async {
        do {
            try await keeper.flush()
        } catch {
            logger.error("Liquidations were not stored before the stop", metadata: ["error": "\(error)"])
        }
    }
}
