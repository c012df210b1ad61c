import Testing

/// A book as a reader keeps it, in the venue's own spelling of prices and quantities.
struct FollowedBook: Equatable {
    var bids: [String: String] = [:]
    var asks: [String: String] = [:]

    init(bids: [[Any]], asks: [[Any]]) {
        apply(bids: bids, asks: asks)
    }

    /// Sets levels; a quantity of zero takes one away.
    mutating func apply(bids: [[Any]], asks: [[Any]]) {
        Self.apply(bids, to: &self.bids)
        Self.apply(asks, to: &self.asks)
    }

    private static func apply(_ rows: [[Any]], to side: inout [String: String]) {
        for row in rows {
            let quantity = "\(row[1])"
            side["\(row[0])"] = Double(quantity) == 0 ? nil : quantity
        }
    }

    /// The same book down to so many levels a side.
    func best(_ levels: Int) -> FollowedBook {
        var book = self
        let value = { (text: String) in Double(text) ?? 0 }
        book.bids = Dictionary(
            uniqueKeysWithValues: bids.sorted { value($0.key) > value($1.key) }.prefix(levels).map { ($0, $1) }
        )
        book.asks = Dictionary(
            uniqueKeysWithValues: asks.sorted { value($0.key) < value($1.key) }.prefix(levels).map { ($0, $1) }
        )
        return book
    }

    var isCrossed: Bool {
        guard let bid = bids.keys.compactMap(Double.init).max(), let ask = asks.keys.compactMap(Double.init).min()
        else { return false }
        return bid >= ask
    }
}
