/// The bids and asks of one market, each price once, down to a bounded depth.
///
/// Levels beyond the depth are cut off, and from then on nothing is known of that side at the prices that were cut:
/// changes there are ignored until the next ``replace(bids:asks:)``, so that every level it holds is true and none
/// between two of them is missing.
package struct OrderBook: Hashable, Sendable {
    /// Levels a side keeps; it may hold a quarter more for a moment.
    package let depth: Int
    private var buyers: BookSide
    private var sellers: BookSide

    package init(depth: Int) {
        precondition(depth > 0, "a book has at least one level")
        self.depth = depth
        buyers = BookSide(depth: depth, isBid: true)
        sellers = BookSide(depth: depth, isBid: false)
    }

    /// Best, that is highest, first.
    package var bids: [BookLevel] { buyers.best(depth) }
    /// Best, that is lowest, first.
    package var asks: [BookLevel] { sellers.best(depth) }
    package var bestBid: BookLevel? { buyers.best }
    package var bestAsk: BookLevel? { sellers.best }

    /// The best levels of each side, at most the limit.
    package func top(_ limit: Int) -> (bids: [BookLevel], asks: [BookLevel]) {
        (buyers.best(min(limit, depth)), sellers.best(min(limit, depth)))
    }

    /// Whether somebody bids what somebody else asks, or more: no real book does, so a change was lost.
    package var isCrossed: Bool {
        guard let bid = bestBid, let ask = bestAsk else { return false }
        return bid.price >= ask.price
    }

    /// Whether a side that was cut off has run down to few levels, while the venue has more of them.
    package var isThin: Bool { buyers.isThin || sellers.isThin }

    /// Takes the whole book in place of what was known; levels without quantity are left out.
    package mutating func replace(bids: [BookLevel], asks: [BookLevel]) {
        buyers.replace(bids)
        sellers.replace(asks)
    }

    /// Sets the quantities at the prices; zero removes a level.
    package mutating func apply(bids: [BookLevel], asks: [BookLevel]) {
        for change in bids { buyers.apply(change) }
        for change in asks { sellers.apply(change) }
        buyers.cut()
        sellers.cut()
    }
}

/// One side of a book.
private struct BookSide: Hashable, Sendable {
    private static let thinLevels = 50

    let depth: Int
    let isBid: Bool
    /// Worst first: most changes are near the best price, and there they move the fewest others.
    private var levels: [BookLevel] = []
    /// The best price that was ever cut off; nothing is known of it and of worse ones.
    private var horizon: Price?

    init(depth: Int, isBid: Bool) {
        self.depth = depth
        self.isBid = isBid
    }

    var best: BookLevel? { levels.last }
    var isThin: Bool { horizon != nil && levels.count < min(Self.thinLevels, depth / 2) }

    func best(_ limit: Int) -> [BookLevel] { Array(levels.suffix(limit).reversed()) }

    mutating func replace(_ new: [BookLevel]) {
        horizon = nil
        levels.removeAll(keepingCapacity: true)
        levels.append(contentsOf: new.reversed().lazy.filter { $0.quantity.value.isPositive })
        // Venues send the best first; whoever does not is sorted, and the last word on a price counts.
        let isSorted = zip(levels, levels.dropFirst()).allSatisfy { isWorse($0.price, than: $1.price) }
        if !isSorted { sort(new) }
        cut()
    }

    private mutating func sort(_ new: [BookLevel]) {
        levels.removeAll(keepingCapacity: true)
        for level in new { apply(level) }
    }

    mutating func apply(_ change: BookLevel) {
        if let horizon, !isWorse(horizon, than: change.price) { return }
        let place = place(of: change.price)
        let isKnown = place < levels.count && levels[place].price == change.price
        if change.quantity.value.isZero {
            if isKnown { levels.remove(at: place) }
        } else if isKnown {
            levels[place].quantity = change.quantity
        } else {
            levels.insert(change, at: place)
        }
    }

    /// Cuts the worst levels off once there is a quarter too many, so that it does not happen with each change.
    mutating func cut() {
        guard levels.count > depth + depth / 4 else { return }
        let excess = levels.count - depth
        horizon = levels[excess - 1].price
        levels.removeFirst(excess)
    }

    /// The first place whose price is not worse.
    private func place(of price: Price) -> Int {
        var low = 0
        var high = levels.count
        while low < high {
            let middle = (low + high) / 2
            if isWorse(levels[middle].price, than: price) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func isWorse(_ left: Price, than right: Price) -> Bool { isBid ? left < right : right < left }
}
