/// A trade as the detector sees it.
package struct PumpTrade: Hashable, Sendable {
    /// When it was made, since 1970, UTC.
    package var milliseconds: Int64
    /// Quote per base.
    package var price: Double
    /// What it cost, in the quote asset.
    package var quote: Double
    /// Whether the taker bought.
    package var isBuy: Bool

    package init(milliseconds: Int64, price: Double, quote: Double, isBuy: Bool) {
        self.milliseconds = milliseconds
        self.price = price
        self.quote = quote
        self.isBuy = isBuy
    }
}
