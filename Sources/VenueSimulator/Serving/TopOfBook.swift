package import Markets

/// Best bid and best ask, with the number of the book's state that they belong to.
package struct TopOfBook: Hashable, Sendable {
    package var updateID: Int64
    package var bid: Price
    package var bidQuantity: Quantity
    package var ask: Price
    package var askQuantity: Quantity
}
