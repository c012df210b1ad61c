import Markets

/// Joins successive changes of a book into one that covers them all.
struct DepthMerge {
    private var first: Int64?
    private var last: Int64 = 0
    private var bids: [Price: Quantity] = [:]
    private var asks: [Price: Quantity] = [:]

    mutating func add(_ change: DepthChange) {
        first = first ?? change.updateIDs.lowerBound
        last = change.updateIDs.upperBound
        for level in change.bids { bids[level.price] = level.quantity }
        for level in change.asks { asks[level.price] = level.quantity }
    }

    /// Best level first; nil when nothing was added.
    var change: DepthChange? {
        guard let first else { return nil }
        return DepthChange(
            updateIDs: first...max(first, last),
            bids: bids.sorted { $0.key > $1.key }.map { Level(price: $0.key, quantity: $0.value) },
            asks: asks.sorted { $0.key < $1.key }.map { Level(price: $0.key, quantity: $0.value) }
        )
    }
}
