/// A long on a spot market that was bought with a loan, isolated: OKX' margin trading.
package struct SpotLoan: Hashable, Sendable {
    /// Base asset held.
    package var assets: Double
    /// Quote asset owed, interest included.
    package var liability: Double
    /// Of the liability, 0.02 for 2 %.
    package var maintenanceRate: Double
    package var takerFee: Double

    package init(assets: Double, liability: Double, maintenanceRate: Double, takerFee: Double) {
        self.assets = assets
        self.liability = liability
        self.maintenanceRate = maintenanceRate
        self.takerFee = takerFee
    }

    /// Where selling everything pays for the liability and what is asked on top.
    ///
    /// - Source: OKX, *Isolated margin: liquidation*, spot margin: liability·(1 + r)·(1 + f)/assets.
    package var liquidationPrice: Double? {
        let price = liability * (1 + maintenanceRate) * (1 + takerFee) / assets
        return price.isFinite && price > 0 ? price : nil
    }
}
