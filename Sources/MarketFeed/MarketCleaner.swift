package import Logging
package import Markets

/// Deletes market data that is older than it is kept for, a little at a time so that nobody waits for the tables.
package struct MarketCleaner: Sendable {
    package static let batchSize = 5_000
    /// Of one table and interval in one round; what is left waits for the next.
    package static let batchesPerRound = 20

    private let candles: CandleStore
    private let liquidations: LiquidationStore
    private let retention: MarketRetention
    private let pace: MarketFeedPace
    private let logger: Logger
    private let now: @Sendable () -> MarketTime

    package init(
        candles: CandleStore,
        liquidations: LiquidationStore,
        retention: MarketRetention,
        pace: MarketFeedPace,
        logger: Logger,
        now: @escaping @Sendable () -> MarketTime
    ) {
        self.candles = candles
        self.liquidations = liquidations
        self.retention = retention
        self.pace = pace
        self.logger = logger
        self.now = now
    }

    /// Runs until its task is cancelled.
    func run() async {
        while await pace.pause(pace.cleaning) {
            do {
                let deleted = try await round()
                if deleted > 0 { logger.info("Old market data was deleted", metadata: ["rows": "\(deleted)"]) }
            } catch {
                logger.debug("Old market data could not be deleted", metadata: ["error": "\(error)"])
            }
        }
    }

    /// One pass over everything that has an age limit.
    ///
    /// - Returns: how many rows were deleted.
    /// - Throws: what the stores throw; the next round goes on.
    package func round() async throws -> Int {
        var deleted = 0
        for (interval, days) in retention.candleDays.sorted(by: { $0.key.milliseconds < $1.key.milliseconds }) {
            let before = start(ofLast: days)
            deleted += try await batches { try await candles.prune(interval, before, Self.batchSize) }
        }
        let before = start(ofLast: retention.liquidationDays)
        deleted += try await batches { try await liquidations.prune(before, Self.batchSize) }
        return deleted
    }

    private func start(ofLast days: Int) -> MarketTime {
        now().adding(milliseconds: -Int64(days) * CandleInterval.oneDay.milliseconds)
    }

    private func batches(_ deleteBatch: () async throws -> Int) async throws -> Int {
        var deleted = 0
        for _ in 0..<Self.batchesPerRound {
            let count = try await deleteBatch()
            deleted += count
            guard count == Self.batchSize, await pace.pause(pace.backfillCall) else { break }
        }
        return deleted
    }
}
