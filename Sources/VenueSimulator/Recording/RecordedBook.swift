import Markets

/// The order book of a recording: its last snapshot with the changes since, by the venue's own rules.
struct RecordedBook: Sendable {
    private var updateID: Int64?
    private var bids: [Price: Quantity] = [:]
    private var asks: [Price: Quantity] = [:]
    /// The last changes, for a snapshot that arrives later than the change which joins on to it.
    private var recent: [DepthChange] = []
    private static let recentKept = 100

    /// Starts anew from a snapshot, which may be a little older than the changes received before it.
    mutating func reset(_ snapshot: DepthSnapshot) {
        updateID = snapshot.updateID
        bids = [:]
        asks = [:]
        apply(snapshot.bids, snapshot.asks)
        for change in recent { join(change) }
    }

    /// Applies a change.
    mutating func apply(_ change: DepthChange) {
        recent.append(change)
        if recent.count >= 2 * Self.recentKept { recent.removeFirst(Self.recentKept) }
        join(change)
    }

    /// Applies a change without a number, which is the one after the last; nothing before the first snapshot.
    mutating func applyNext(bids: [Level], asks: [Level]) {
        guard let current = updateID else { return }
        updateID = current + 1
        apply(bids, asks)
    }

    /// A change that is older than the book, or comes before any snapshot, is ignored; a gap makes the book unknown
    /// until the next snapshot.
    private mutating func join(_ change: DepthChange) {
        guard let current = updateID, change.updateIDs.upperBound > current else { return }
        guard change.updateIDs.lowerBound <= current + 1 else {
            updateID = nil
            return
        }
        updateID = change.updateIDs.upperBound
        apply(change.bids, change.asks)
    }

    /// Nil while the book is not known.
    var snapshot: DepthSnapshot? {
        guard let updateID else { return nil }
        return DepthSnapshot(
            updateID: updateID,
            bids: bids.sorted { $0.key > $1.key }.map { Level(price: $0.key, quantity: $0.value) },
            asks: asks.sorted { $0.key < $1.key }.map { Level(price: $0.key, quantity: $0.value) }
        )
    }

    private mutating func apply(_ bids: [Level], _ asks: [Level]) {
        for level in bids { self.bids[level.price] = level.quantity.value.isZero ? nil : level.quantity }
        for level in asks { self.asks[level.price] = level.quantity.value.isZero ? nil : level.quantity }
    }
}
