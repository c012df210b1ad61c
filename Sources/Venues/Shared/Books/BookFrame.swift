package import Markets

/// One message about an order book, in our units and with the venue's numbers, before the venue's rule is applied.
package struct BookFrame: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The levels are the book, as far down as the venue shows it.
        case snapshot
        /// The levels replace those at their prices; quantity zero takes one away.
        case changes
    }

    /// ``Market/index`` in the dialect's table.
    package var market: Int
    package var symbol: Symbol
    package var kind: Kind
    /// The number of the first change in it (`U`, `begin`, `fromVersion`); equal to ``last`` where the venue has one.
    package var first: Int64
    /// The number of the book after it (`u`, `lastUpdateId`, `seqId`, `version`, `end`, `toVersion`).
    package var last: Int64
    /// The number of the book before it, where the venue says so (`pu`, `prevSeqId`).
    package var previous: Int64?
    package var exchangeTime: MarketTime?
    /// In any order.
    package var bids: [BookLevel]
    package var asks: [BookLevel]
    /// Of a snapshot: whether the venue showed every level it has, so that nothing lies below the last one.
    package var isWhole: Bool

    package init(
        market: Int,
        symbol: Symbol,
        kind: Kind,
        first: Int64,
        last: Int64,
        previous: Int64? = nil,
        exchangeTime: MarketTime? = nil,
        bids: [BookLevel],
        asks: [BookLevel],
        isWhole: Bool = false
    ) {
        self.market = market
        self.symbol = symbol
        self.kind = kind
        self.first = first
        self.last = last
        self.previous = previous
        self.exchangeTime = exchangeTime
        self.bids = bids
        self.asks = asks
        self.isWhole = isWhole
    }
}
