import Liquidations
import Markets

/// The arithmetic of a plan.
struct PlanSizing {
    let levels: SignalLevels
    let terms: SignalPlan.Terms
    /// What one unit of the base asset loses at the stop, with fees and slippage, as results are reckoned.
    let lossPerUnit: FixedPoint
    let risk: Money

    init(_ levels: SignalLevels, _ terms: SignalPlan.Terms) throws(SignalPlanError) {
        self.levels = levels
        self.terms = terms
        guard let loss = Self.lossPerUnit(levels, terms.costs), loss.isPositive,
            let risk = terms.balance.value.multiplied(by: terms.riskPercent)?.divided(by: Self.hundred)
        else { throw .outOfRange }
        lossPerUnit = loss
        self.risk = Money(risk)
    }

    private static let hundred = FixedPoint(rounding: 100, places: 0) ?? .zero

    /// |E − S| + σ·(E + S) + φ·(E' + S'), with σ slippage, φ fee, and E' and S' what is paid and got.
    private static func lossPerUnit(_ levels: SignalLevels, _ costs: SignalCosts) -> FixedPoint? {
        let isBuy = levels.direction == .buy
        guard let slippage = FixedPoint(rounding: costs.slippage, places: 9),
            let fee = FixedPoint(rounding: costs.fee, places: 9),
            let entrySlip = levels.entry.value.multiplied(by: slippage),
            let stopSlip = levels.stop.value.multiplied(by: slippage),
            let paid = isBuy ? levels.entry.value.adding(entrySlip) : levels.entry.value.subtracting(entrySlip),
            let got = isBuy ? levels.stop.value.subtracting(stopSlip) : levels.stop.value.adding(stopSlip),
            let lost = isBuy ? paid.subtracting(got) : got.subtracting(paid),
            let fees = paid.adding(got)?.multiplied(by: fee)
        else { return nil }
        return lost.adding(fees)
    }

    func quantityByRisk() throws(SignalPlanError) -> Quantity {
        guard let exact = risk.value.divided(by: lossPerUnit) else { throw .outOfRange }
        return floored(exact, lossPerUnit, within: risk.value)
    }

    /// What the venue takes at most; nil where that cannot be represented, and limits nobody.
    func quantityByTiers() -> Quantity? {
        guard let end = FixedPoint(rounding: terms.tiers.end, places: 0),
            let exact = end.divided(by: levels.entry.value)
        else { return nil }
        return floored(exact, levels.entry.value, within: end)
    }

    /// What the balance carries as margin and fees.
    func quantityByBalance(at leverage: Int) -> Quantity? {
        guard let divisor = FixedPoint(rounding: Double(leverage), places: 0),
            let marginPerUnit = levels.entry.value.divided(by: divisor),
            let fee = FixedPoint(rounding: 2 * terms.costs.fee, places: 9),
            let fees = levels.entry.value.multiplied(by: fee), let perUnit = marginPerUnit.adding(fees),
            let exact = terms.balance.value.divided(by: perUnit)
        else { return nil }
        return floored(exact, perUnit, within: terms.balance.value)
    }

    /// Whole steps, at most what the limit pays for: a quotient is rounded to the nearest, which may be above it.
    private func floored(_ exact: FixedPoint, _ perUnit: FixedPoint, within limit: FixedPoint) -> Quantity {
        let step = terms.step.value.units
        let units = exact.units - exact.units % step
        for candidate in [units, units - step] where candidate > 0 {
            guard let quantity = FixedPoint(units: candidate), let cost = perUnit.multiplied(by: quantity) else {
                continue
            }
            if cost <= limit { return Quantity(quantity) }
        }
        return .zero
    }

    func margin(of notional: Money, at leverage: Int) -> Money? {
        FixedPoint(rounding: Double(leverage), places: 0).flatMap(notional.value.divided(by:)).map(Money.init)
    }

    func liquidationPrice(of quantity: Quantity, at leverage: Int) -> Double? {
        let entry = levels.entry.value.double
        return IsolatedPosition(
            side: levels.direction == .buy ? .long : .short,
            quantity: quantity.value.double,
            entryPrice: entry,
            margin: quantity.value.double * entry / Double(leverage)
        ).liquidationPrice(on: terms.venue, terms.tiers, takerFee: terms.costs.fee)
    }

    /// The highest leverage that the tier allows and at which the stop comes first by the whole buffer.
    func leverage(of quantity: Quantity) throws(SignalPlanError) -> Int {
        let most = terms.tiers.tier(of: quantity.value.double * levels.entry.value.double).maxLeverage
        // More leverage brings the liquidation nearer, never farther.
        var (low, high) = (0, most)
        while low < high {
            let middle = (low + high + 1) / 2
            if stopsFirst(quantity, at: middle) { low = middle } else { high = middle - 1 }
        }
        guard low > 0 else { throw .stopBeyondLiquidation }
        return low
    }

    private func stopsFirst(_ quantity: Quantity, at leverage: Int) -> Bool {
        guard let price = liquidationPrice(of: quantity, at: leverage) else { return true }
        let stop = levels.stop.value.double
        return levels.direction == .buy
            ? price < stop * (1 - SignalPlan.stopBuffer) : price > stop * (1 + SignalPlan.stopBuffer)
    }
}
