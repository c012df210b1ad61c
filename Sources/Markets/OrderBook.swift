/// The bids and asks of one market, each price once, down to a bounded depth.
///
/// Levels beyond the depth are cut off, and from then on nothing is known of that side past the worst level left:
/// changes there are ignored until the next ``replace(bids:asks:areBidsWhole:areAsksWhole:)``, so that every level it holds is true and
/// none between two of them is missing.
package struct OrderBook: Hashable, Sendable {
    package static let standardDepth = 1000

    /// Levels a side keeps; it may hold a quarter more for a moment.
    package let depth: Int
    private var buyers: BookSide
    private var sellers: BookSide

    package init(depth: Int = OrderBook.standardDepth) {
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

    /// Whether a side that was cut off has fewer levels than that.
    package func isThin(below count: Int) -> Bool { buyers.isThin(below: count) || sellers.isThin(below: count) }

    /// Takes the whole book in place of what was known; levels without quantity are left out.
    ///
    /// - Parameters:
    ///   - bids: in any order.
    ///   - asks: in any order.
    ///   - areBidsWhole: whether the venue has no bids but these, or keeps us told of just as many; if it has, what is
    ///     past the worst of these is as unknown as if it had been cut off here.
    ///   - areAsksWhole: the same of the asks.
    package mutating func replace(
        bids: [BookLevel],
        asks: [BookLevel],
        areBidsWhole: Bool = true,
        areAsksWhole: Bool = true
    ) {
        buyers.replace(bids, isWhole: areBidsWhole)
        sellers.replace(asks, isWhole: areAsksWhole)
    }

    /// Sets the quantities at the prices; zero removes a level.
    ///
    /// - Returns: whether every price was one of which something is known; the others were ignored.
    @discardableResult
    package mutating func apply(bids: [BookLevel], asks: [BookLevel]) -> Bool {
        let knowsBids = buyers.apply(bids)
        let knowsAsks = sellers.apply(asks)
        return knowsBids && knowsAsks
    }

    /// Whether anything is known of bids at that price.
    package func knows(bid price: Price) -> Bool { buyers.knows(price) }

    /// Whether anything is known of asks at that price.
    package func knows(ask price: Price) -> Bool { sellers.knows(price) }
}

/// One side of a book.
private struct BookSide: Hashable, Sendable {
    private static let thinLevels = 50
    /// So many changes at once are worked in together.
    private static let manyChanges = 4

    let depth: Int
    let isBid: Bool
    /// Worst first: most changes are near the best price, and there they move the fewest others.
    private var levels: [BookLevel] = []
    /// The worst price of which anything is known; nil while everything is.
    private var horizon: Price?

    init(depth: Int, isBid: Bool) {
        self.depth = depth
        self.isBid = isBid
    }

    var best: BookLevel? { levels.last }
    var isThin: Bool { isThin(below: min(Self.thinLevels, depth / 2)) }

    func isThin(below count: Int) -> Bool { horizon != nil && levels.count < count }

    func best(_ limit: Int) -> [BookLevel] { Array(levels.suffix(limit).reversed()) }

    func knows(_ price: Price) -> Bool {
        guard let horizon else { return true }
        return !isWorse(price, than: horizon)
    }

    mutating func replace(_ new: [BookLevel], isWhole: Bool) {
        horizon = nil
        levels.removeAll(keepingCapacity: true)
        levels.append(contentsOf: new.reversed().lazy.filter { $0.quantity.value.isPositive })
        // Venues send the best first; whoever does not is sorted, and the last word on a price counts.
        let isSorted = zip(levels, levels.dropFirst()).allSatisfy { isWorse($0.price, than: $1.price) }
        if !isSorted { sort(new) }
        if !isWhole { horizon = levels.first?.price }
        cut()
    }

    private mutating func sort(_ new: [BookLevel]) {
        levels.removeAll(keepingCapacity: true)
        for level in new { set(level) }
    }

    /// Returns whether something is known of every price.
    mutating func apply(_ changes: [BookLevel]) -> Bool {
        var knowsAll = true
        if changes.count >= Self.manyChanges, isBestFirst(changes) {
            knowsAll = merge(changes)
        } else {
            for change in changes {
                if knows(change.price) { set(change) } else { knowsAll = false }
            }
        }
        cut()
        return knowsAll
    }

    /// Whether every price is worse than the one before it, as venues send them.
    private func isBestFirst(_ changes: [BookLevel]) -> Bool {
        for index in changes.indices.dropFirst() where !isWorse(changes[index].price, than: changes[index - 1].price) {
            return false
        }
        return true
    }

    /// The same of changes that are sorted: between two prices that come or go the levels are moved once, and not at all
    /// where as many have come as gone.
    private mutating func merge(_ changes: [BookLevel]) -> Bool {
        withUnsafeTemporaryAllocation(of: Edit.self, capacity: changes.count) { edits in
            var count = 0
            var knowsAll = true
            // Levels at this place and behind it are better than the change.
            var end = levels.count
            for change in changes {
                guard knows(change.price) else {
                    knowsAll = false
                    continue
                }
                let place = place(of: change.price, below: end)
                let isKnown = place < end && levels[place].price == change.price
                end = place
                if change.quantity.value.isZero {
                    guard isKnown else { continue }
                    edits[count] = Edit(place: place, arrival: nil)
                } else if isKnown {
                    levels[place].quantity = change.quantity
                    continue
                } else {
                    edits[count] = Edit(place: place, arrival: change)
                }
                count += 1
            }
            carryOut(UnsafeMutableBufferPointer(rebasing: edits[..<count]))
            return knowsAll
        }
    }

    /// A price that comes or goes.
    private struct Edit {
        /// Of the level that goes, or before which the new one comes.
        let place: Int
        /// Nil when the level goes.
        let arrival: BookLevel?
        /// How far the levels behind it move, by all that comes and goes before them.
        var shift = 0
    }

    /// Works in what comes and goes, the best first.
    private mutating func carryOut(_ edits: UnsafeMutableBufferPointer<Edit>) {
        var shift = 0
        for index in edits.indices.reversed() {
            shift += edits[index].arrival == nil ? -1 : 1
            edits[index].shift = shift
        }
        let count = levels.count
        let room = BookLevel(price: Price(.zero), quantity: .zero)
        if shift > 0 { levels.append(contentsOf: repeatElement(room, count: shift)) }
        levels.withUnsafeMutableBufferPointer { levels in
            // What moves away from the worst goes before what is worse, and the other way round, so that nothing is
            // overwritten before it has moved.
            for index in edits.indices where edits[index].shift > 0 { Self.move(edits, index, count, in: levels) }
            for index in edits.indices.reversed() where edits[index].shift < 0 {
                Self.move(edits, index, count, in: levels)
            }
            for edit in edits {
                if let arrival = edit.arrival { levels[edit.place + edit.shift - 1] = arrival }
            }
        }
        if shift < 0 { levels.removeLast(-shift) }
    }

    /// Moves the levels between the edit and the next better one.
    private static func move(
        _ edits: UnsafeMutableBufferPointer<Edit>,
        _ index: Int,
        _ count: Int,
        in levels: UnsafeMutableBufferPointer<BookLevel>
    ) {
        let start = edits[index].place + (edits[index].arrival == nil ? 1 : 0)
        let end = index == 0 ? count : edits[index - 1].place
        guard start < end, let base = levels.baseAddress else { return }
        (base + start + edits[index].shift).update(from: base + start, count: end - start)
    }

    private mutating func set(_ change: BookLevel) {
        let place = place(of: change.price, below: levels.count)
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
    private mutating func cut() {
        guard levels.count > depth + depth / 4 else { return }
        levels.removeFirst(levels.count - depth)
        horizon = levels.first?.price
    }

    /// The first place whose price is not worse, among those below the given one, and that one.
    private func place(of price: Price, below end: Int) -> Int {
        levels.withUnsafeBufferPointer { levels in
            var high = end
            var low = end
            // Most changes are near the best price, or near the one before: look there first, in growing steps.
            var step = 1
            while low > 0 {
                low = max(0, low - step)
                if isWorse(levels[low].price, than: price) { break }
                high = low
                step *= 2
            }
            while low < high {
                let middle = (low + high) / 2
                if isWorse(levels[middle].price, than: price) { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    private func isWorse(_ left: Price, than right: Price) -> Bool { isBid ? left < right : right < left }
}
