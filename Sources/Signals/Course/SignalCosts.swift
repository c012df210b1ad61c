/// What every result is reduced by; the same for all signals and written into the record of each.
package struct SignalCosts: Hashable, Sendable {
    /// Of the notional of each fill: 0.001 for 0.1 %.
    package var fee: Double
    /// Of the price, on fills at the market: entry, stop and expiry.
    ///
    /// Targets are resting orders and have none.
    package var slippage: Double

    package static let standard = SignalCosts(fee: 0.001, slippage: 0.0002)

    package init(fee: Double, slippage: Double) {
        self.fee = fee
        self.slippage = slippage
    }
}
