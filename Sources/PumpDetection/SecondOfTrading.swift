/// What traded on one market within one second.
struct SecondOfTrading: Sendable {
    /// Quote asset bought and sold by takers.
    var boughtQuote: Float = 0
    var soldQuote: Float = 0
    /// Natural logarithms of the last price, the highest and the lowest.
    var close: Float
    var high: Float
    var low: Float
    /// The farthest that one millisecond's buys moved the price, as a logarithm.
    var sweep: Float = 0
    /// A bit for every size of buy that occurred, in steps of a factor of two: a crowd buys in many sizes.
    var sizes: UInt32 = 0
    var buys: UInt16 = 0
    var sells: UInt16 = 0
    /// Milliseconds with a buy.
    var orders: UInt16 = 0
    /// Milliseconds with more than one buy: one order that takes several others.
    var rushes: UInt16 = 0
    /// Fills of the longest of them.
    var longestOrder: UInt16 = 0

    init(price: Float) {
        close = price
        high = price
        low = price
    }

    mutating func trade(at price: Float) {
        close = price
        high = max(high, price)
        low = min(low, price)
    }
}
