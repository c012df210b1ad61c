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
    /// Between two looks at the clock: the most that an alert waits for one that no trade has given.
    private static let pace = Duration.milliseconds(100)
    /// Between two times of saying that this process still tells of its pumps; a lease bears two that fail.
    private static let renewal = Duration.seconds(PumpTeller.leaseSeconds / 3)

    private struct State {
        var detector: PumpDetector
        var clock = FeedClock()
        var waiting: [Pump] = []
        var dropped = 0
        /// Pumps that were announced; of others, which began while alerts were muted, nothing is said.
        var announced: [UUID: PumpMarket] = [:]
        /// Pumps under way that are stored and that their watchers were told of.
        var saved: Set<UUID> = []
    }

    private let state: Mutex<State>
    private let facts: PumpModelFacts
    private let store: PumpStore
    private let inbox: NoticeInbox
    private let isMadeUp: Bool
    private let logger: Logger
    private let process = UUID()
    private let wakes: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - model: what decides.
    ///   - store: where pumps are kept.
    ///   - inbox: where notices go.
    ///   - isMadeUp: whether the market is simulated or replayed, which notices then say.
    ///   - logger: for what fails.
    init(model: PumpModel, store: PumpStore, inbox: NoticeInbox, isMadeUp: Bool, logger: Logger) {
        state = Mutex(State(detector: PumpDetector(model: model)))
        facts = model.facts
        self.store = store
        self.inbox = inbox
        self.isMadeUp = isMadeUp
        self.logger = logger
        (wakes, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What the routes read.
    var source: PumpSource {
        PumpSource(store: store) { (self.facts, self.state.withLock { $0.detector.tally }) }
    }

    /// Takes what the feed believes; called on the venues' event loops.
    @Sendable func take(_ events: [MarketEvent]) {
        let hasNews = state.withLock { state in
            let waiting = state.waiting.count
            for event in events {
                state.clock.hear(event)
                Self.queue(state.detector.ingest(event), &state)
            }
            return state.waiting.count > waiting
        }
        if hasNews { waker.yield() }
    }

    private static func queue(_ pumps: [Pump], _ state: inout State) {
        for pump in pumps {
            if state.announced[pump.id] == nil {
                guard pump.status != .ended, !state.detector.tally.isMuted else { continue }
            }
            state.announced[pump.id] = pump.status == .ended ? nil : PumpMarket(of: pump)
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
            await withTaskGroup { group in
                group.addTask { await self.write() }
                group.addTask { await self.tick() }
                await group.waitForAll()
            }
        }
    }

    private func tick() async {
        while !Task.isCancelled {
            let wall = MarketTime.wallClock()
            state.withLock { state in
                guard let now = state.clock.now(at: wall) else { return }
                Self.queue(state.detector.advance(to: now), &state)
            }
            waker.yield()
            try? await Task.sleep(for: Self.pace)
        }
        waker.finish()
    }

    /// Stores what waits, as soon as there is something, and says from time to time that it goes on.
    private func write() async {
        let clock = ContinuousClock()
        var renewed: ContinuousClock.Instant?
        for await _ in wakes {
            await flush()
            guard renewed.map({ clock.now - $0 >= Self.renewal }) ?? true else { continue }
            renewed = clock.now
            await keep()
        }
    }

    private var teller: PumpTeller { PumpTeller(id: process, now: Date()) { $0.message } }

    /// Goes on telling of what is under way, and ends what a killed process has left open.
    private func keep() async {
        do {
            try await store.keep(state.withLock { Set($0.announced.values) }, teller)
        } catch {
            logger.error("Pumps under way could not be kept", metadata: ["error": "\(error)"])
        }
    }

    private func flush() async {
        while let pump = state.withLock(\.waiting.first) {
            let saved: PumpStore.Saved
            do {
                saved = try await store.save(pump, teller)
            } catch {
                // It stays first in the queue and is tried again with the next tick.
                let lost = state.withLock(\.dropped)
                logger.error("A pump could not be stored", metadata: ["error": "\(error)", "dropped": "\(lost)"])
                return
            }
            let isNew = state.withLock { state in
                if state.waiting.first == pump { state.waiting.removeFirst() }
                return saved == .asOwn && state.saved.insert(pump.id).inserted
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
                    title: "Pump of \(pump.symbol.text)\(isMadeUp ? " (simulated market)" : "")",
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
