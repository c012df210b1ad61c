package import Markets

/// What a reader asks of the book of one symbol.
package struct BookRequest: Hashable, Sendable {
    package static let defaultDepth = 20
    package static let maximumDepth = 100

    package var symbol: Symbol
    /// Nil for the books of all venues merged.
    package var venue: Venue?
    /// Levels of each side, 1…100.
    package var depth: Int

    package init(symbol: Symbol, venue: Venue? = nil, depth: Int = defaultDepth) {
        precondition((1...Self.maximumDepth).contains(depth), "the depth is 1 to 100")
        self.symbol = symbol
        self.venue = venue
        self.depth = depth
    }
}
