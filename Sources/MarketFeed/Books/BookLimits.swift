import Markets

/// The bounds of a ``BookShelf``, and how long silence may last.
package struct BookLimits: Hashable, Sendable {
    /// Levels of a side that are kept, as many as the adapters keep; what is served is far less.
    package var depth = OrderBook.standardDepth
    /// Books of further markets are refused and counted.
    package var booksPerVenue = 400
    /// A venue that was not heard for this long has gone silent, and its books with it; spot and perpetuals by
    /// themselves, since they come over connections of their own.
    package var venueSilenceMilliseconds: Int64 = 1_750
    /// A book that was not heard of for this long is stale although its venue talks.
    ///
    /// Long, because a book in which nothing changes is silent too; a lost connection is told by the adapter at once.
    package var bookSilenceMilliseconds: Int64 = 300_000
    /// The longest that a finished page is served although the book has changed since.
    package var pageHoldMilliseconds: Int64 = 100
    /// Finished pages that are kept; the one built longest ago goes first.
    package var cachedPages = 256

    package init() {}
}

/// How far a book is to be believed.
package enum BookState: String, Hashable, Sendable {
    /// True as of its last change.
    case live
    /// Changes were missed; no level is shown until the venue has sent the whole book.
    case resyncing
    /// True as of its last change, but nothing was heard since for too long.
    case stale
}

/// What became of the book updates of one venue, counted since the start.
package struct BookCounters: Hashable, Sendable {
    package var updates = 0
    /// Books that were live and had to be built anew: lost, crossed or absurd.
    package var resyncs = 0
    /// Books that turned out crossed.
    package var crossed = 0
    /// Updates with a price or quantity that no market has.
    package var absurd = 0
    /// Changes to a book whose snapshot has not come.
    package var premature = 0
    /// Updates of markets beyond the bound.
    package var beyondBound = 0

    package init() {}
}
