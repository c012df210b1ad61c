package import Liquidations
package import Markets

/// How much to trade on a signal so that its stop loses what was chosen, and how far that may be levered.
///
/// Amounts are exact and rounded down to the venue's step; the liquidation price is analytics.
package struct SignalPlan: Hashable, Sendable {
    /// What the position was made smaller for than the risk allows.
    package enum Limit: String, Hashable, Sendable {
        /// The margin would not have sufficed.
        case balance
        /// The venue takes no larger one.
        case tier
    }

    /// The part of the stop's price that the market may be beyond the stop when it is filled: the slippage of a bad
    /// minute and the distance of the mark price, which liquidates, from the last price, which stops.
    package static let stopBuffer = 0.005

    package let quantity: Quantity
    package let notional: Money
    package let lossAtStop: Money
    package let riskAmount: Money
    package let leverage: Int
    package let maxLeverage: Int
    package let margin: Money
    /// Nil where no price liquidates.
    package let liquidationPrice: Double?
    package let tier: MaintenanceTiers.Tier
    /// From 1 on.
    package let tierNumber: Int
    package let limit: Limit?
}

extension SignalPlan {
    /// What is planned with.
    package struct Terms: Hashable, Sendable {
        package var balance: Money
        /// Percent of the balance that the stop may cost.
        package var riskPercent: FixedPoint
        package var venue: Venue
        package var tiers: MaintenanceTiers
        /// The venue's smallest change of a quantity.
        package var step: Quantity
        package var costs: SignalCosts

        package init(
            balance: Money,
            riskPercent: FixedPoint,
            venue: Venue,
            tiers: MaintenanceTiers,
            step: Quantity,
            costs: SignalCosts
        ) {
            self.balance = balance
            self.riskPercent = riskPercent
            self.venue = venue
            self.tiers = tiers
            self.step = step
            self.costs = costs
        }
    }

    /// Plans.
    ///
    /// - Throws: ``SignalPlanError``.
    package init(_ levels: SignalLevels, _ terms: Terms) throws(SignalPlanError) {
        let sizing = try PlanSizing(levels, terms)
        var quantity = try sizing.quantityByRisk()
        var limit: Limit?
        if let most = sizing.quantityByTiers(), most < quantity {
            quantity = most
            limit = .tier
        }
        // A smaller position falls in no higher tier, so that what fits at its leverage still does afterwards.
        let leverage = try sizing.leverage(of: quantity)
        if let most = sizing.quantityByBalance(at: leverage), most < quantity {
            quantity = most
            limit = .balance
        }
        self = try sizing.plan(quantity, limit)
    }

    fileprivate init(
        quantity: Quantity,
        notional: Money,
        lossAtStop: Money,
        riskAmount: Money,
        leverage: Int,
        margin: Money,
        liquidationPrice: Double?,
        tiers: MaintenanceTiers,
        limit: Limit?
    ) {
        self.quantity = quantity
        self.notional = notional
        self.lossAtStop = lossAtStop
        self.riskAmount = riskAmount
        self.leverage = leverage
        self.margin = margin
        self.liquidationPrice = liquidationPrice
        let index = tiers.index(of: notional.value.double)
        tier = tiers.tiers[index]
        tierNumber = index + 1
        maxLeverage = tier.maxLeverage
        self.limit = limit
    }
}

extension PlanSizing {
    fileprivate func plan(_ quantity: Quantity, _ limit: SignalPlan.Limit?) throws(SignalPlanError) -> SignalPlan {
        guard quantity.value.isPositive else { throw .belowOneStep }
        let leverage = try leverage(of: quantity)
        guard let notional = levels.entry * quantity, let margin = margin(of: notional, at: leverage),
            let loss = lossPerUnit.multiplied(by: quantity.value).map(Money.init)
        else { throw .outOfRange }
        return SignalPlan(
            quantity: quantity,
            notional: notional,
            lossAtStop: loss,
            riskAmount: risk,
            leverage: leverage,
            margin: margin,
            liquidationPrice: liquidationPrice(of: quantity, at: leverage),
            tiers: terms.tiers,
            limit: limit
        )
    }
}

/// Why nothing can be planned.
package enum SignalPlanError: Error, Hashable, Sendable {
    /// One step of the venue's would lose more than was chosen.
    case belowOneStep
    /// Even with the whole price as margin the liquidation comes before the stop.
    case stopBeyondLiquidation
    /// An amount leaves what can be represented.
    case outOfRange
}
