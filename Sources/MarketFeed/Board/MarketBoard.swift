package import Markets
import Synchronization

/// The newest price of every symbol over every venue, with its JSON ready to be sent.
///
/// Venue connections write from their event loops and readers read from theirs; both take a lock for microseconds, and
/// nobody waits for a task. A ticker is rendered at most once per change, by the first reader who wants it.
package final class MarketBoard: Sendable {
    private let state: Mutex<BoardState>
    private let lists: Mutex<TickerLists>
    private let now: @Sendable () -> MarketTime

    package init(
        limits: BoardLimits = BoardLimits(),
        assets: AssetTable = .curated,
        now: @escaping @Sendable () -> MarketTime
    ) {
        // Milliseconds with room for a million changes in each: a version is never used twice, also over a restart.
        let version = UInt64(max(0, now().milliseconds)) << 20
        state = Mutex(BoardState(limits: limits, assets: assets, version: version))
        lists = Mutex(TickerLists(limits: limits))
        self.now = now
    }

    // MARK: - Writing

    /// Takes what a venue said and returns the events that are believable, in order, duplicates among them.
    @discardableResult
    package func ingest(_ events: [MarketEvent]) -> [MarketEvent] {
        state.withLock { $0.ingest(events) }
    }

    /// Replaces the venue's list of spot markets, of perpetuals or of both, whatever is in it.
    ///
    /// A market that is no longer on it turns stale, and is forgotten after a day.
    package func list(_ instruments: [Instrument], on venue: Venue) {
        let now = now()
        state.withLock { $0.list(instruments, on: venue, now: now) }
    }

    package func report(_ status: VenueStatus, on venue: Venue) {
        state.withLock { $0.report(status, on: venue) }
    }

    /// Marks what was not heard for too long as stale, and sets venues apart whose price strays; to be called four
    /// times a second.
    package func sweep() {
        let now = now()
        state.withLock { $0.beginSweep(now: now) }
        var next: Int? = 0
        while let start = next { next = state.withLock { $0.sweep(from: start, now: now) } }
    }

    // MARK: - Reading

    /// The complete answer of `GET /market/tickers`.
    ///
    /// Kept per filter until a price moves, and at most ``BoardLimits/listHoldMilliseconds`` longer.
    package func tickersBody(_ filter: TickerFilter = TickerFilter()) -> TickersBody {
        lists.withLock { lists in
            let now = now()
            if let body = lists.body(for: filter, version: version, now: now) { return body }
            let (items, version, mayKeep) = state.withLock { state in
                (state.items(filter), state.version, filter.quote.map(state.hasQuote) ?? true)
            }
            let bytes = TickerLists.body(of: items, asOf: now)
            let body = TickersBody(bytes: bytes, version: version, count: items.count)
            // A quote that nobody trades in comes from a stranger's imagination, which has no bound.
            if mayKeep { lists.keep(body, for: filter, builtAt: now) }
            return body
        }
    }

    /// The `Ticker` of one symbol and the version it changed at; nil when it has no price.
    package func ticker(_ symbol: Symbol) -> TickersBody? {
        state.withLock { state in
            state.item(of: symbol).map { TickersBody(bytes: $0.item.bytes, version: $0.version, count: 1) }
        }
    }

    /// The version that a reader who has seen everything so far stands at.
    package var version: UInt64 { state.withLock(\.version) }

    /// What a WebSocket reader who stands at the version has not seen: the newest payload of each changed symbol.
    ///
    /// Version 0 gives every symbol. The work grows with the number of changed symbols, not with that of all.
    ///
    /// - Returns: the version to ask with next time, and the payloads, the longest unchanged first.
    package func changes(since version: UInt64) -> (version: UInt64, tickers: [TickerChange]) {
        state.withLock { ($0.version, $0.changes(since: version)) }
    }

    /// The venues that were heard or reported, with their state: `GET /market/exchanges`.
    package func exchanges() -> [VenueReport] { state.withLock { $0.reports() } }

    /// What the venue lists, by name; empty before its list has arrived.
    package func instruments(of venue: Venue) -> [Instrument] { state.withLock { $0.instruments(of: venue) } }

    /// The venues that have the symbol: those that count before those set apart, the fresh before the stale, and the one
    /// where it trades most first.
    package func venues(of symbol: Symbol) -> [Venue] { state.withLock { $0.venues(of: symbol) } }

    /// The venues whose market of the symbol does not count: another coin, or a price far from that of the others.
    package func venuesApart(of symbol: Symbol) -> [Venue] { state.withLock { $0.venuesApart(of: symbol) } }

    /// Everything that the venue lists or was heard speaking of.
    package func symbols(on venue: Venue) -> Set<Symbol> { state.withLock { $0.symbols(on: venue) } }

    package func knows(_ symbol: Symbol) -> Bool { state.withLock { $0.isKnown(symbol) } }

    /// The symbols that trade most on the venue.
    package func mostTraded(on venue: Venue, limit: Int) -> [Symbol] {
        state.withLock { $0.mostTraded(on: venue, limit: limit) }
    }

    package var counters: BoardCounters { state.withLock(\.counters) }

    package func counters(of venue: Venue) -> BoardCounters { state.withLock { $0.counters(of: venue) } }
}
