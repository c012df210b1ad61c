import Markets

/// The best levels of a book as the followers of one stream know them.
///
/// What leaves the window is told as gone and what enters it as new, so a follower's book is always exactly the window.
struct BookWindow: Sendable {
    /// Nil for the whole book.
    let levels: Int?
    /// Whether changes are numbered by themselves rather than by the book's states.
    private let numbersChanges: Bool
    private(set) var told: DepthSnapshot
    private var toldAt: MarketTime

    private static let quietMilliseconds: Int64 = 60_000

    init(levels: Int?, _ book: DepthSnapshot, numbersChanges: Bool, now: MarketTime) {
        self.levels = levels
        self.numbersChanges = numbersChanges
        told = Self.best(levels, of: book)
        toldAt = now
    }

    /// Follows the book.
    ///
    /// - Parameters:
    ///   - book: its present state.
    ///   - confirmsQuiet: whether an unchanged window is told once a minute, as a change without levels.
    ///   - now: the present.
    /// - Returns: what changed in the window; nil when nothing did.
    mutating func follow(_ book: DepthSnapshot, confirmsQuiet: Bool, now: MarketTime) -> DepthChange? {
        let fresh = Self.best(levels, of: book)
        let bids = SimulatedBook.difference(from: told.bids, to: fresh.bids, isBid: true)
        let asks = SimulatedBook.difference(from: told.asks, to: fresh.asks, isBid: false)
        if bids.isEmpty, asks.isEmpty {
            guard confirmsQuiet, now.since(toldAt) >= Self.quietMilliseconds else { return nil }
            toldAt = now
            return DepthChange(updateIDs: told.updateID...told.updateID, bids: [], asks: [])
        }
        let first = told.updateID + 1
        told = fresh
        told.updateID = numbersChanges ? first : max(first, fresh.updateID)
        toldAt = now
        return DepthChange(updateIDs: first...told.updateID, bids: bids, asks: asks)
    }

    private static func best(_ levels: Int?, of book: DepthSnapshot) -> DepthSnapshot {
        guard let levels else { return book }
        return DepthSnapshot(
            updateID: book.updateID,
            bids: Array(book.bids.prefix(levels)),
            asks: Array(book.asks.prefix(levels))
        )
    }
}
