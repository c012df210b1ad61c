/// The quantity waiting at one price of an order book.
@usableFromInline package struct BookLevel: Hashable, Sendable {
    @usableFromInline package var price: Price
    /// Base asset; zero in a change means that the level is gone.
    @usableFromInline package var quantity: Quantity

    @inlinable package init(price: Price, quantity: Quantity) {
        self.price = price
        self.quantity = quantity
    }
}

/// What happened to one venue's order book, after the venue's own rule for gaps has been applied.
@usableFromInline package struct BookUpdate: Hashable, Sendable {
    @usableFromInline package enum Kind: Hashable, Sendable {
        /// The levels are the whole book.
        case snapshot
        /// The levels replace those at their prices.
        case changes
        /// A message was missed: the book is not to be believed until the next snapshot.
        case lost
    }

    @usableFromInline package var symbol: Symbol
    @usableFromInline package var kind: Kind
    @usableFromInline package var bids: [BookLevel]
    @usableFromInline package var asks: [BookLevel]
    /// The venue's number of the book after this update; rises within one run of a book.
    @usableFromInline package var sequence: Int64

    @inlinable package init(symbol: Symbol, kind: Kind, bids: [BookLevel], asks: [BookLevel], sequence: Int64) {
        self.symbol = symbol
        self.kind = kind
        self.bids = bids
        self.asks = asks
        self.sequence = sequence
    }
}
