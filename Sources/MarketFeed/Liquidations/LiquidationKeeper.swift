import DequeModule
package import Logging
package import Markets
import Synchronization

/// The liquidations of every perpetual: the recent ones and the sums over the last day, written behind to the store.
///
/// Venue connections hand it their events from their event loops and never wait. What waits for the store is bounded:
/// when the store is away for long, the oldest are given up and counted; the sums of the running process keep them.
package final class LiquidationKeeper: Sendable {
    fileprivate struct State: Sendable {
        var tape: LiquidationTape
        var waiting: Deque<VenueLiquidation> = []
        var givenUp = 0
        var heardFrom: [MarketTime?] = Array(repeating: nil, count: Venue.allCases.count)
        var reconnects: [Venue: Int] = [:]
    }

    static let batchSize = 5_000
    fileprivate static let maximumWaiting = 20_000

    private let state: Mutex<State>
    private let board: MarketBoard
    private let store: LiquidationStore
    private let logger: Logger
    private let now: @Sendable () -> MarketTime

    package init(
        board: MarketBoard,
        store: LiquidationStore,
        maximumSymbols: Int = 2_000,
        logger: Logger,
        now: @escaping @Sendable () -> MarketTime
    ) {
        self.board = board
        self.store = store
        self.logger = logger
        self.now = now
        state = Mutex(State(tape: LiquidationTape(maximumSymbols: maximumSymbols)))
    }

    /// Takes events that the board has found believable.
    package func ingest(_ events: [MarketEvent]) {
        guard events.contains(where: { $0.symbol.isPerpetual }) else { return }
        state.withLock { state in
            for event in events where event.symbol.isPerpetual {
                if state.heardFrom[event.venue.position] == nil {
                    state.heardFrom[event.venue.position] = event.receivedTime
                }
                guard case .liquidation(let liquidation) = event.payload else { continue }
                state.take(VenueLiquidation(venue: event.venue, liquidation: liquidation, time: event.time))
            }
        }
    }

    /// Notes a lost or renewed connection, behind which some may have been missed.
    package func report(_ status: VenueStatus, on venue: Venue) {
        state.withLock { state in
            let known = state.reconnects.updateValue(status.reconnects, forKey: venue)
            if status.state == .down || status.reconnects > known ?? status.reconnects {
                state.heardFrom[venue.position] = nil
            }
        }
    }

    /// Liquidations that wait to be stored, and that were given up because the store was away.
    package var counters: (waiting: Int, givenUp: Int) { state.withLock { ($0.waiting.count, $0.givenUp) } }

    /// Liquidations of symbols beyond the bound, which were not taken.
    package var beyondBound: Int { state.withLock { $0.tape.refused } }

    // MARK: - Reading

    /// The newest of the symbol, newest first, and the sums by venue and window.
    ///
    /// Of the venues that list the symbol and publish liquidations; one whose ticker means another coin is left out.
    ///
    /// - Throws: ``MarketFeedError/symbolUnknown(_:)``, ``MarketFeedError/symbolNotOnVenue(_:_:)``.
    package func page(_ symbol: Symbol, venue: Venue?, limit: Int) throws(MarketFeedError) -> LiquidationPage {
        let known = board.venues(of: symbol)
        guard !known.isEmpty else { throw .symbolUnknown(symbol.text) }
        if let venue, !known.contains(venue) { throw .symbolNotOnVenue(symbol, venue) }
        let apart = venue == nil ? board.venuesApart(of: symbol) : []
        let venues = Venue.allCases.filter { one in
            known.contains(one) && !apart.contains(one) && venue ?? one == one && symbol.isPerpetual
        }
        let now = now()
        return state.withLock { state in
            LiquidationPage(
                symbol: symbol,
                recent: Array(state.tape.recent(symbol).lazy.filter { venues.contains($0.venue) }.prefix(limit)),
                totals: venues.flatMap { state.totals(symbol, on: $0, now: now) }
            )
        }
    }

    // MARK: - Storing

    /// Brings back the last day from the store; to be called once, when the process starts.
    ///
    /// - Throws: what the store throws.
    package func restore() async throws {
        let start = CandleInterval.oneMinute.openTime(of: now())
        let day = TimeSpan(from: start.adding(milliseconds: -LiquidationWindow.oneDay.minutes * 60_000), to: start)
        let sums = try await store.sums(day)
        let recent = try await store.recent(day.from, LiquidationTape.recentPerSymbol)
        state.withLock { state in
            for one in recent { state.tape.remember(one, countedFrom: start) }
            for sum in sums { state.tape.restore(sum) }
        }
    }

    /// Writes everything that waits, batch by batch; to be called by one task only.
    ///
    /// - Throws: what the store throws; nothing is lost, the next call tries again.
    package func flush() async throws {
        while true {
            let batch = state.withLock { Array($0.waiting.prefix(Self.batchSize)) }
            if batch.isEmpty { return }
            try await store.insert(batch)
            state.withLock { $0.confirm(batch) }
        }
    }
}

/// The answer of `GET /market/liquidations/:symbol`.
package struct LiquidationPage: Hashable, Sendable {
    package var symbol: Symbol
    /// Newest first.
    package var recent: [VenueLiquidation]
    package var totals: [LiquidationTotal]
}

extension LiquidationKeeper.State {
    fileprivate mutating func take(_ one: VenueLiquidation) {
        guard tape.take(one) else { return }
        waiting.append(one)
        guard waiting.count > LiquidationKeeper.maximumWaiting else { return }
        waiting.removeFirst()
        givenUp += 1
    }

    /// The batch is stored: what of it has not been given up meanwhile stands at the front.
    fileprivate mutating func confirm(_ batch: [VenueLiquidation]) {
        let stored = Set(batch)
        while let first = waiting.first, stored.contains(first) { waiting.removeFirst() }
    }

    fileprivate func totals(_ symbol: Symbol, on venue: Venue, now: MarketTime) -> [LiquidationTotal] {
        guard let completeness = LiquidationCompleteness(of: venue) else { return [] }
        return LiquidationWindow.allCases.map { window in
            let sums = tape.sums(symbol, on: venue, over: window, now: now)
            return LiquidationTotal(
                venue: venue,
                window: window,
                long: sums.long,
                short: sums.short,
                completeness: completeness,
                heardFrom: heardFrom[venue.position]
            )
        }
    }
}
