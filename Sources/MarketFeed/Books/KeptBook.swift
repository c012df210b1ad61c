import Markets

/// One venue's book of one market, as it is kept.
struct KeptBook: Sendable {
    /// What an update did.
    enum Outcome: Sendable {
        case taken
        /// A change came without the snapshot that it changes.
        case premature
        /// The book is not to be believed any more.
        case broken(Fault)
    }

    enum Fault: Sendable {
        /// The venue's adapter has missed a message and is mending it.
        case lost
        case absurd, crossed
    }

    let symbol: Symbol
    private(set) var book: OrderBook
    private(set) var isLive = false
    private(set) var sequence: Int64?
    /// Rises with everything that changes what is shown.
    private(set) var version: Int64 = 0
    /// By the venue's clock, or by ours where it gives none.
    private(set) var changedAt: MarketTime?
    /// By our clock.
    private(set) var heardAt: MarketTime

    init(symbol: Symbol, depth: Int, heardAt: MarketTime) {
        self.symbol = symbol
        self.heardAt = heardAt
        book = OrderBook(depth: depth)
    }

    mutating func take(_ update: BookUpdate, at time: MarketTime, receivedAt: MarketTime) -> Outcome {
        heardAt = max(heardAt, receivedAt)
        switch update.kind {
        case .lost:
            return discard(.lost)
        case .snapshot:
            guard update.isSane else { return discard(.absurd) }
            book.replace(bids: update.bids, asks: update.asks)
        case .changes:
            guard isLive else { return .premature }
            guard update.isSane else { return discard(.absurd) }
            book.apply(bids: update.bids, asks: update.asks)
        }
        if book.isCrossed { return discard(.crossed) }
        isLive = true
        version += 1
        sequence = update.sequence
        changedAt = time
        return .taken
    }

    private mutating func discard(_ fault: Fault) -> Outcome {
        isLive = false
        version += 1
        book.replace(bids: [], asks: [])
        return .broken(fault)
    }
}

extension BookUpdate {
    /// Whether every level can be true of a market.
    fileprivate var isSane: Bool { bids.allSatisfy(\.isSane) && asks.allSatisfy(\.isSane) }
}

extension BookLevel {
    fileprivate var isSane: Bool { price.value.isPositive && !quantity.value.isNegative }
}
