package import Markets

extension PositionSide {
    /// 1 or −1: what a price change is multiplied with to be a gain.
    package var sign: Double { self == .long ? 1 : -1 }
}

/// What a perpetual is settled in.
package enum ContractKind: String, CaseIterable, Hashable, Sendable {
    /// In the quote asset; sizes are amounts of the base asset.
    case linear
    /// In the base asset; sizes are amounts of the quote asset, US dollars.
    case inverse
}

/// A position whose price moves: side, size and entry.
package struct MarginLeg: Hashable, Sendable {
    package var side: PositionSide
    /// Base asset, or US dollars of an inverse contract; above zero.
    package var size: Double
    package var entryPrice: Double

    package init(side: PositionSide, size: Double, entryPrice: Double) {
        self.side = side
        self.size = size
        self.entryPrice = entryPrice
    }
}

/// What must be left of the margin, or the position is closed.
package enum MaintenanceRule: Hashable, Sendable {
    /// Notional · rate − amount, of the tier that the notional at the mark price falls in.
    case tiersAtMark(MaintenanceTiers)
    /// The same of one tier, whatever the mark price is; a fee that is kept back is part of the rate.
    case tier(rate: Double, amount: Double)
    /// A sum that the mark price does not change, in the asset of settlement.
    case sum(Double)
}

/// What stands behind a position, and what must be left of it: the equation of all four venues.
///
/// Let x be the price of a linear contract and 1/price of an inverse one, e the same of the entry. A leg of size S then
/// has the notional S·x and gains σ·S·(x − e), both in the asset of settlement, σ being the side's sign, turned for an
/// inverse contract. The position ends where balance + gains = requirement: an equation of the first degree in each tier.
package struct MarginAccount: Hashable, Sendable {
    package var contract: ContractKind
    /// Margin of an isolated position, or the wallet with what other positions gain and need; asset of settlement.
    package var balance: Double
    package var leg: MarginLeg
    /// The other side of the same contract in hedge mode.
    package var opposite: MarginLeg?
    package var rule: MaintenanceRule

    package init(
        _ contract: ContractKind,
        balance: Double,
        leg: MarginLeg,
        opposite: MarginLeg? = nil,
        rule: MaintenanceRule
    ) {
        self.contract = contract
        self.balance = balance
        self.leg = leg
        self.opposite = opposite
        self.rule = rule
    }
}

extension MarginAccount {
    /// The mark price at which the venue closes the position by force; nil where no price above zero does.
    ///
    /// Of two legs it is the price on the side where the larger one loses, or the other where only that one ends it.
    package var liquidationPrice: Double? {
        switch rule {
        case .sum(let sum): price(at: line(less: sum).zero)
        case .tier(let rate, let amount):
            price(at: line(rate, amount, rate, amount).zero)
        case .tiersAtMark(let tiers): price(at: bound(tiers))
        }
    }

    /// The mark price at which nothing is left, fees left out; nil where there is none above zero.
    package var bankruptcyPrice: Double? { price(at: line(less: 0).zero) }

    /// What is left of the margin at a mark price.
    package func equity(at price: Double) -> Double { line(less: 0).value(at: coordinate(price)) }

    /// What must be left of it there.
    package func requirement(at price: Double) -> Double {
        let place = coordinate(price)
        return switch rule {
        case .sum(let sum): sum
        case .tier(let rate, let amount): (leg.size + (opposite?.size ?? 0)) * place * rate - amount
        case .tiersAtMark(let tiers):
            tiers.requirement(leg.size * place) + (opposite.map { tiers.requirement($0.size * place) } ?? 0)
        }
    }

    private func coordinate(_ price: Double) -> Double { contract == .linear ? price : 1 / price }

    /// Nothing for a coordinate that is zero but for rounding, or below.
    private func price(at coordinate: Double?) -> Double? {
        guard let coordinate, coordinate > 1e-12 * self.coordinate(leg.entryPrice) else { return nil }
        return contract == .linear ? coordinate : 1 / coordinate
    }

    private func sign(_ leg: MarginLeg) -> Double { contract == .linear ? leg.side.sign : -leg.side.sign }

    /// Size that gains when the coordinate rises, less what loses.
    private var netSize: Double { sign(leg) * leg.size + (opposite.map { sign($0) * $0.size } ?? 0) }

    private var gainsUpwards: Bool { netSize > 0 }

    /// Equity less a sum.
    private func line(less sum: Double) -> EquityLine {
        var constant = balance - sum - sign(leg) * leg.size * coordinate(leg.entryPrice)
        if let opposite { constant -= sign(opposite) * opposite.size * coordinate(opposite.entryPrice) }
        return EquityLine(slope: netSize, constant: constant)
    }

    /// Equity less what a tier of each leg asks for.
    private func line(_ rate: Double, _ amount: Double, _ otherRate: Double, _ otherAmount: Double) -> EquityLine {
        var line = line(less: 0)
        line.slope -= leg.size * rate
        line.constant += amount
        if let opposite {
            line.slope -= opposite.size * otherRate
            line.constant += otherAmount
        }
        return line
    }

    /// The requirement is the largest of what the tiers ask for, since their rates rise and they join without a jump: so
    /// the position stands where every tier's line is above zero, and ends at the first bound that the market comes to.
    private func bound(_ tiers: MaintenanceTiers) -> Double? {
        var lower = -Double.infinity
        var upper = Double.infinity
        func narrow(by line: EquityLine) {
            let zero = -line.constant / line.slope
            if line.slope > 0 { lower = max(lower, zero) } else if line.slope < 0 { upper = min(upper, zero) }
        }
        if opposite == nil {
            let equity = line(less: 0)
            for tier in tiers.tiers {
                narrow(
                    by: EquityLine(
                        slope: equity.slope - leg.size * tier.rate,
                        constant: equity.constant + tier.amount
                    )
                )
            }
        } else {
            for tier in tiers.tiers {
                for other in tiers.tiers { narrow(by: line(tier.rate, tier.amount, other.rate, other.amount)) }
            }
        }
        let first = gainsUpwards ? lower : upper
        let second = gainsUpwards ? upper : lower
        // A price of zero or below is none: then the other side may still end it.
        if first.isFinite, first > 0 { return first }
        return second.isFinite ? second : nil
    }
}

/// Something that rises or falls evenly with a price.
private struct EquityLine {
    var slope: Double
    var constant: Double

    func value(at place: Double) -> Double { slope * place + constant }

    /// Where it is zero; nil where it never is.
    var zero: Double? { slope == 0 ? nil : -constant / slope }
}
