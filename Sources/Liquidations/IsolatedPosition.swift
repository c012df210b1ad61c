package import Markets

/// A position in a linear perpetual with margin of its own.
package struct IsolatedPosition: Hashable, Sendable {
    package var side: PositionSide
    /// Base asset, above zero.
    package var quantity: Double
    package var entryPrice: Double
    /// Quote asset that stands for it.
    package var margin: Double

    package init(side: PositionSide, quantity: Double, entryPrice: Double, margin: Double) {
        self.side = side
        self.quantity = quantity
        self.entryPrice = entryPrice
        self.margin = margin
    }

    /// The mark price at which the venue closes the position by force, by the rules of ``VenuePosition``.
    ///
    /// - Parameters:
    ///   - venue: whose rule holds.
    ///   - tiers: its tiers for the perpetual.
    ///   - takerFee: of the notional, 0.0005 for 0.05 %; OKX and MEXC keep it back.
    /// - Returns: nil where no price above zero liquidates.
    package func liquidationPrice(
        on venue: Venue,
        _ tiers: MaintenanceTiers,
        takerFee: Double
    ) -> Double? {
        VenuePosition(
            venue: venue,
            contract: .linear,
            leg: MarginLeg(side: side, size: quantity, entryPrice: entryPrice),
            backing: .isolated(margin: margin, initial: margin),
            tiers: tiers,
            takerFee: takerFee
        ).account.liquidationPrice
    }
}
