package import Logging
package import Markets
import Synchronization

/// The candles of every followed market: built from the feed, written behind to the store, completed from the venues.
///
/// Venue connections hand it their events from their event loops and never wait: a candle waits in a bounded outbox
/// until ``flush()`` has stored it. Only then is it acknowledged. Closed candles are written, and so are minutes that
/// are over but incomplete, as not closed and with a gap mark; the candles that are still open are written when the
/// program stops, so that a chart has no hole until the backfill after the next start.
package final class CandleKeeper: Sendable {
    struct State: Sendable {
        var builder = CandleBuilder()
        var outbox = CandleOutbox()
        var coverage = CandleCoverage()
        var reconnects: [Venue: Int] = [:]
        var acknowledged = 0
    }

    static let batchSize = 5_000

    let state = Mutex(State())
    let board: MarketBoard
    let store: CandleStore
    let backfill: CandleBackfill
    let logger: Logger
    let now: @Sendable () -> MarketTime

    /// Without a history nothing can be backfilled; gaps then stay marked.
    package init(
        board: MarketBoard,
        store: CandleStore,
        history: CandleHistory?,
        logger: Logger,
        now: @escaping @Sendable () -> MarketTime
    ) {
        self.board = board
        self.store = store
        self.logger = logger
        self.now = now
        backfill = CandleBackfill(history: history, now: now)
    }

    /// Takes events that the board has found believable.
    package func ingest(_ events: [MarketEvent]) {
        guard events.contains(where: CandleBuilder.reads) else { return }
        state.withLock { state in
            for output in state.builder.ingest(events) { state.outbox.put(output) }
        }
    }

    /// Notes a lost or renewed connection, behind which trades may have been missed.
    package func report(_ status: VenueStatus, on venue: Venue) {
        state.withLock { state in
            let known = state.reconnects.updateValue(status.reconnects, forKey: venue)
            if status.state == .down || status.reconnects > known ?? status.reconnects {
                state.builder.interrupt(venue)
            }
        }
    }

    package func counters(of venue: Venue) -> CandleCounters { state.withLock { $0.builder.counters(of: venue) } }

    /// Candles that wait to be stored, that were stored, and that were given up for a gap because the store was away.
    package var outboxCounters: (waiting: Int, acknowledged: Int, givenUp: Int) {
        state.withLock { ($0.outbox.count, $0.acknowledged, $0.outbox.givenUp) }
    }

    // MARK: - Writing

    /// Writes everything that waits, batch by batch; to be called by one task only.
    ///
    /// - Throws: what the store throws; nothing is lost, the next call tries again.
    package func flush() async throws {
        while true {
            let batch = state.withLock { $0.outbox.takeBatch(limit: Self.batchSize) }
            if batch.isEmpty { return }
            do {
                if !batch.candles.isEmpty { try await store.upsert(batch.candles) }
                for gap in batch.gaps { try await store.markGap(gap) }
                for gap in batch.filled { try await store.clearGap(gap) }
            } catch {
                state.withLock { $0.outbox.giveBack(batch) }
                throw error
            }
            state.withLock { state in
                state.outbox.confirm()
                state.acknowledged += batch.candles.count
            }
        }
    }

    /// Queues the candles that are still open, as not closed: the last thing before the program stops.
    package func queueOpenCandles() {
        state.withLock { state in
            for candle in state.builder.openMinutes() { state.outbox.put(candle) }
        }
    }
}
