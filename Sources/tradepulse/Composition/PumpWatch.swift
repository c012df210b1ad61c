import Channels
import Foundation
import HTTPAPI
import Logging
import Markets
import PumpDetection
import Realtime
import ServiceLifecycle
import Synchronization

/// The pump detector on the feed: what it finds is stored and on its channel before anybody hears of it.
final class PumpWatch: Service {
    /// Changes that wait for a database that is away; beyond it the oldest are left out.
    private static let longestQueue = 1_000
    /// Between two looks at the clock: the most that an alert waits for one.
    private static let pace = Duration.milliseconds(100)

    private struct State {
        var detector: PumpDetector
        var clock = FeedClock()
        var waiting: [Pump] = []
        var dropped = 0
        /// Pumps that were announced; of others, which began while alerts were muted, nothing is said.
        var announced: Set<UUID> = []
        /// Pumps under way that are stored and that their watchers were told of.
        var saved: Set<UUID> = []
    }

    private let state: Mutex<State>
    private let facts: PumpModelFacts
    private let store: PumpStore
    private let inbox: NoticeInbox
    private let logger: Logger

    init(model: PumpModel, store: PumpStore, inbox: NoticeInbox, logger: Logger) {
        state = Mutex(State(detector: PumpDetector(model: model)))
        facts = model.facts
        self.store = store
        self.inbox = inbox
        self.logger = logger
    }

    /// What the routes read.
    var source: PumpSource {
        PumpSource(store: store) { (self.facts, self.state.withLock { $0.detector.tally }) }
    }

    /// Takes what the feed believes; called on the venues' event loops.
    @Sendable func take(_ events: [MarketEvent]) {
        state.withLock { state in
            for event in events {
                state.clock.hear(event)
                Self.queue(state.detector.ingest(event), &state)
            }
        }
    }

    private static func queue(_ pumps: [Pump], _ state: inout State) {
        for pump in pumps {
            if pump.status != .ended, !state.announced.contains(pump.id) {
                guard !state.detector.tally.isMuted else { continue }
                state.announced.insert(pump.id)
            } else if !state.announced.contains(pump.id) {
                continue
            }
            if pump.status == .ended { state.announced.remove(pump.id) }
            // Of a rise whose last step still waits, the newest step is enough; the first in the queue is being written.
            if state.waiting.count > 1, let last = state.waiting.last, last.id == pump.id, last.status == pump.status {
                state.waiting[state.waiting.count - 1] = pump
                continue
            }
            state.waiting.append(pump)
            if state.waiting.count > longestQueue {
                state.waiting.removeFirst()
                state.dropped += 1
            }
        }
    }

    /// Runs until the graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.abandon()
            while !Task.isCancelled {
                let wall = MarketTime.wallClock()
                self.state.withLock { state in
                    guard let now = state.clock.now(at: wall) else { return }
                    Self.queue(state.detector.advance(to: now), &state)
                }
                await self.flush()
                try? await Task.sleep(for: Self.pace)
            }
        }
    }

    /// A process that was killed has left its pumps open.
    private func abandon() async {
        do {
            try await store.abandon(Date()) { $0.message }
        } catch {
            logger.error("Pumps of an earlier process could not be ended", metadata: ["error": "\(error)"])
        }
    }

    private func flush() async {
        while let pump = state.withLock(\.waiting.first) {
            do {
                try await store.save(pump, pump.message)
            } catch {
                // It stays first in the queue and is tried again with the next tick.
                let lost = state.withLock(\.dropped)
                logger.error("A pump could not be stored", metadata: ["error": "\(error)", "dropped": "\(lost)"])
                return
            }
            let isNew = state.withLock { state in
                if state.waiting.first == pump { state.waiting.removeFirst() }
                return state.saved.insert(pump.id).inserted
            }
            if isNew { await tell(pump) }
            if pump.status == .ended { state.withLock { _ = $0.saved.remove(pump.id) } }
        }
    }

    /// Tells those who have an alert on the symbol.
    private func tell(_ pump: Pump) async {
        do {
            let now = Date()
            for user in try await store.watchers(pump.symbol, now) {
                let notice = UserNotice(
                    userID: user,
                    kind: "pump",
                    title: "Pump of \(pump.symbol.text)",
                    message: """
                        \(pump.symbol.text) on \(pump.venue.rawValue) has risen by \
                        \(String(format: "%.1f", pump.changePercent)) % within a minute\
                        \(pump.isLate ? ", and is falling already" : ""). Not financial advice.
                        """,
                    createdAt: now
                )
                try await inbox.add(notice, notice.draft)
            }
        } catch {
            logger.error("Watchers of a pump could not be told", metadata: ["error": "\(error)"])
        }
    }
}

/// The time on the market: that of the newest event, and what has passed on the wall's clock since it came.
///
/// So a look waits for trades that are on their way, and a recording is judged by its own time.
private struct FeedClock {
    /// Milliseconds; a time farther ahead of its arrival is wrong.
    private static let longestLead: Int64 = 10_000

    private var newest: MarketTime?
    private var lead: Int64 = 0

    mutating func hear(_ event: MarketEvent) {
        let lead = event.receivedTime.since(event.time)
        guard newest.map({ event.time > $0 }) ?? true, lead >= -Self.longestLead else { return }
        newest = event.time
        self.lead = lead
    }

    /// Nil before the first event.
    func now(at wall: MarketTime) -> MarketTime? { newest == nil ? nil : wall.adding(milliseconds: -lead) }
}
