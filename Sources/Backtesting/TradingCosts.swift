/// What trading costs, as parts of the notional.
package struct TradingCosts: Hashable, Sendable {
    /// Of entries, stops and exits at the market: 0.001 is 0.1 %.
    package var takerFee: Double
    /// Of targets, which wait in the book.
    package var makerFee: Double
    /// How much worse than the price an order at the market is filled; targets have none.
    package var slippage: Double
    /// What a long position pays at each funding time and a short one receives; negative the other way round.
    package var fundingRate: Double
    /// Between funding times, counted from midnight UTC.
    package var fundingHours: Int

    package init(
        takerFee: Double = 0.001,
        makerFee: Double = 0.001,
        slippage: Double = 0,
        fundingRate: Double = 0,
        fundingHours: Int = 8
    ) {
        self.takerFee = takerFee
        self.makerFee = makerFee
        self.slippage = slippage
        self.fundingRate = fundingRate
        self.fundingHours = fundingHours
    }
}
