package import Markets

/// One level of a book: what waits at a price.
package struct Level: Hashable, Sendable {
    package var price: Price
    package var quantity: Quantity
}

/// A whole book, best level first on both sides.
package struct DepthSnapshot: Hashable, Sendable {
    package var updateID: Int64
    package var bids: [Level]
    package var asks: [Level]
}

/// What changed in a book between two of its states; quantity zero takes a level away.
package struct DepthChange: Hashable, Sendable {
    /// First and last state covered; the next change starts one after the last.
    package var updateIDs: ClosedRange<Int64>
    package var bids: [Level]
    package var asks: [Level]
}
