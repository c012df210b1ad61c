package import Markets
import Synchronization

/// The books of one venue, behind a lock of their own: the connections of other venues do not wait for it.
final class VenueBooks: Sendable {
    struct State: Sendable {
        var places: [Symbol: Int] = [:]
        var books: [KeptBook] = []
        /// When spot and perpetual markets were last heard, by our clock.
        var heardAt = PerKind<MarketTime?>(repeating: nil)
        var counters = BookCounters()

        mutating func hear(_ kind: MarketKind, at time: MarketTime) {
            guard let known = heardAt[kind], known >= time else {
                heardAt[kind] = time
                return
            }
        }
    }

    let venue: Venue
    let limits: BookLimits
    private let state = Mutex(State())

    init(venue: Venue, limits: BookLimits) {
        self.venue = venue
        self.limits = limits
    }

    /// Takes the book updates among the events and notes that the venue was heard.
    func ingest(_ events: [MarketEvent]) {
        state.withLock { state in
            for event in events {
                state.hear(MarketKind(event.symbol), at: event.receivedTime)
                guard case .book(let update) = event.payload else { continue }
                take(update, at: event.time, receivedAt: event.receivedTime, in: &state)
            }
        }
    }

    private func take(
        _ update: BookUpdate,
        at time: MarketTime,
        receivedAt: MarketTime,
        in state: inout State
    ) {
        state.counters.updates += 1
        guard let place = place(of: update.symbol, at: receivedAt, in: &state) else {
            state.counters.beyondBound += 1
            return
        }
        let wasLive = state.books[place].isLive
        switch state.books[place].take(update, at: time, receivedAt: receivedAt) {
        case .taken: break
        case .premature: state.counters.premature += 1
        case .broken(let fault):
            state.counters.resyncs += wasLive ? 1 : 0
            state.counters.absurd += fault == .absurd ? 1 : 0
            state.counters.crossed += fault == .crossed ? 1 : 0
        }
    }

    private func place(of symbol: Symbol, at time: MarketTime, in state: inout State) -> Int? {
        if let place = state.places[symbol] { return place }
        guard state.books.count < limits.booksPerVenue else { return nil }
        state.books.append(KeptBook(symbol: symbol, depth: limits.depth, heardAt: time))
        state.places[symbol] = state.books.count - 1
        return state.books.count - 1
    }

    /// Forgets the books of markets that the venue no longer lists.
    func drop(unless isListed: (Symbol) -> Bool) {
        state.withLock { state in
            guard state.books.contains(where: { !isListed($0.symbol) }) else { return }
            state.books.removeAll { !isListed($0.symbol) }
            state.places = [:]
            for (place, book) in state.books.enumerated() { state.places[book.symbol] = place }
        }
    }

    var counters: BookCounters { state.withLock(\.counters) }

    /// The top of the book as of now; nil where no book of the symbol is kept.
    func view(of symbol: Symbol, depth: Int, now: MarketTime) -> VenueBookView? {
        state.withLock { state -> VenueBookView? in
            guard let place = state.places[symbol] else { return nil }
            let kept = state.books[place]
            let top = kept.isLive ? kept.book.top(depth) : (bids: [], asks: [])
            return VenueBookView(
                venue: venue,
                state: bookState(kept, in: state, now: now),
                sequence: kept.sequence,
                version: kept.version,
                changedAt: kept.changedAt,
                bids: top.bids,
                asks: top.asks
            )
        }
    }

    /// How many books are in which state now.
    func tally(now: MarketTime) -> [BookState: Int] {
        state.withLock { state in
            state.books.reduce(into: [:]) { $0[bookState($1, in: state, now: now), default: 0] += 1 }
        }
    }

    private func bookState(_ kept: KeptBook, in state: State, now: MarketTime) -> BookState {
        guard kept.isLive else { return .resyncing }
        let heardAt = state.heardAt[MarketKind(kept.symbol)] ?? kept.heardAt
        let isSilent =
            now.since(heardAt) > limits.venueSilenceMilliseconds
            || now.since(kept.heardAt) > limits.bookSilenceMilliseconds
        return isSilent ? .stale : .live
    }
}

/// The top of one venue's book at one moment.
package struct VenueBookView: Hashable, Sendable {
    package var venue: Venue
    package var state: BookState
    /// The venue's own number of the book; nil before the first snapshot.
    package var sequence: Int64?
    /// Rises with every change, and starts anew with the process.
    package var version: Int64
    /// When it last changed, by the venue's clock.
    package var changedAt: MarketTime?
    /// Best first; empty while the book is being built anew.
    package var bids: [BookLevel]
    package var asks: [BookLevel]
}
