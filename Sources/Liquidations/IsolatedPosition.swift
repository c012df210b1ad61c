package import Markets

/// A position in a linear perpetual with margin of its own.
package struct IsolatedPosition: Hashable, Sendable {
    package enum Side: String, CaseIterable, Hashable, Sendable {
        case long, short

        /// 1 or −1: what a price change is multiplied with to be a gain.
        package var sign: Double { self == .long ? 1 : -1 }
    }

    package var side: Side
    /// Base asset, above zero.
    package var quantity: Double
    package var entryPrice: Double
    /// Quote asset that stands for it.
    package var margin: Double

    package init(side: Side, quantity: Double, entryPrice: Double, margin: Double) {
        self.side = side
        self.quantity = quantity
        self.entryPrice = entryPrice
        self.margin = margin
    }
}

extension IsolatedPosition {
    /// The mark price at which the venue closes the position by force.
    ///
    /// P solves, with Q quantity, E entry, M margin, r and a of a tier, f the taker fee and s the side's sign:
    /// - Binance: M + s·Q·(P − E) = Q·P·r − a, in the tier that Q·P falls in;
    /// - Bybit: M + s·Q·(P − E) = Q·E·r − a, in the tier of the value at the entry;
    /// - OKX and MEXC: M + s·Q·(P − E) = Q·P·(r + f), in the tier of the size held, the rate for all of it.
    ///
    /// - Parameters:
    ///   - venue: whose rule holds.
    ///   - tiers: its tiers for the perpetual.
    ///   - takerFee: of the notional, 0.0005 for 0.05 %; OKX and MEXC keep it back.
    /// - Returns: nil where no price above zero liquidates.
    /// - Source: Binance, *How to Calculate Liquidation Price of USDⓈ-M Futures Contracts*; Bybit, *Liquidation Price (USDT
    ///   Contract)*; OKX, *Isolated margin: liquidation*; MEXC, *Liquidation price*.
    package func liquidationPrice(
        on venue: Venue,
        _ tiers: MaintenanceTiers,
        takerFee: Double
    ) -> Double? {
        let price =
            switch venue {
            case .binance: priceByMark(tiers)
            case .bybit: priceByEntry(tiers.tier(of: quantity * entryPrice))
            case .okx, .mexc: price(rate: tiers.tier(of: quantity * entryPrice).rate + takerFee, amount: 0)
            }
        return price > 0 ? price : nil
    }

    /// The requirement is the largest of what the tiers ask for, since their rates rise and they join without a jump: so
    /// the position ends at the first of the tiers' own prices that the market comes to.
    private func priceByMark(_ tiers: MaintenanceTiers) -> Double {
        let prices = tiers.tiers.map { price(rate: $0.rate, amount: $0.amount) }
        return (side == .long ? prices.max() : prices.min()) ?? 0
    }

    private func priceByEntry(_ tier: MaintenanceTiers.Tier) -> Double {
        let required = quantity * entryPrice * tier.rate - tier.amount
        return entryPrice - side.sign * (margin - required) / quantity
    }

    private func price(rate: Double, amount: Double) -> Double {
        (side.sign * quantity * entryPrice - margin - amount) / (quantity * (side.sign - rate))
    }
}
