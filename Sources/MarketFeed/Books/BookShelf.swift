package import Markets
import Synchronization

/// The order books of every followed market, and the books of one symbol merged over the venues.
///
/// Venue connections write from their event loops. What an update says is taken as it is, since the adapter has applied
/// its venue's rule for gaps already; a book that turns out crossed or absurd all the same is thrown away until the next
/// snapshot. A reader never gets a level that is not believed.
package final class BookShelf: Sendable {
    private let limits: BookLimits
    private let board: MarketBoard
    private let venues: [VenueBooks]
    private let pages: Mutex<BookPages>
    private let now: @Sendable () -> MarketTime

    package init(
        board: MarketBoard,
        limits: BookLimits = BookLimits(),
        now: @escaping @Sendable () -> MarketTime
    ) {
        self.board = board
        self.limits = limits
        self.now = now
        venues = Venue.allCases.map { VenueBooks(venue: $0, limits: limits) }
        pages = Mutex(BookPages(limits: limits))
    }

    // MARK: - Writing

    /// Takes what one venue said, all of it: that a venue speaks at all keeps its books fresh.
    package func ingest(_ events: [MarketEvent]) {
        guard let venue = events.first?.venue else { return }
        venues[venue.position].ingest(events)
    }

    /// Forgets the books of markets that the board no longer knows on the venue.
    package func tidy() {
        for books in venues {
            let listed = board.symbols(on: books.venue)
            books.drop { listed.contains($0) }
        }
    }

    // MARK: - Reading

    /// The complete answer of `GET /market/orderbook/:symbol`.
    ///
    /// - Throws: ``MarketFeedError/symbolUnknown(_:)``, ``MarketFeedError/symbolNotOnVenue(_:_:)``.
    package func page(_ request: BookRequest) throws(MarketFeedError) -> [UInt8] {
        let now = now()
        if let page = pages.withLock({ $0.page(for: request, now: now) }) { return page }
        let participants = try participants(request)
        let bytes: [UInt8]
        if let venue = request.venue {
            let view = venues[venue.position].view(of: request.symbol, depth: request.depth, now: now)
            bytes = BookText.page(view, of: request.symbol, on: venue)
        } else {
            bytes = BookText.page(merged(request, participants, now: now), of: request.symbol)
        }
        pages.withLock { $0.keep(bytes, for: request, builtAt: now) }
        return bytes
    }

    /// The best levels of one venue's book; nil where none is kept.
    package func view(of symbol: Symbol, on venue: Venue, depth: Int) -> VenueBookView? {
        venues[venue.position].view(of: symbol, depth: depth, now: now())
    }

    package func counters(of venue: Venue) -> BookCounters { venues[venue.position].counters }

    /// How many of the venue's books are in which state.
    package func tally(of venue: Venue) -> [BookState: Int] { venues[venue.position].tally(now: now()) }

    private func participants(_ request: BookRequest) throws(MarketFeedError) -> [Venue] {
        let known = board.venues(of: request.symbol)
        guard !known.isEmpty else { throw .symbolUnknown(request.symbol.text) }
        if let venue = request.venue {
            guard known.contains(venue) else { throw .symbolNotOnVenue(request.symbol, venue) }
            return [venue]
        }
        let apart = board.venuesApart(of: request.symbol)
        return Venue.allCases.filter { known.contains($0) && !apart.contains($0) }
    }

    /// Live books only; where there is none, the stale ones.
    private func merged(_ request: BookRequest, _ participants: [Venue], now: MarketTime) -> AggregatedBook {
        // More of each venue than is shown, so that levels taken out for crossing are made up for.
        let depth = request.depth + BookRequest.maximumDepth
        let views = participants.compactMap { venues[$0.position].view(of: request.symbol, depth: depth, now: now) }
        let state: BookState =
            if views.contains(where: { $0.state == .live }) {
                .live
            } else if views.contains(where: { $0.state == .stale }) {
                .stale
            } else {
                .resyncing
            }
        let shown = views.filter { $0.state == state }
        return AggregatedBook(views: views, state: state, ladder: MergedBook(shown, depth: request.depth))
    }
}

/// The merged book of a symbol and what it was merged from.
struct AggregatedBook: Sendable {
    /// Every venue that keeps a book and is not set apart.
    let views: [VenueBookView]
    let state: BookState
    let ladder: MergedBook
}
