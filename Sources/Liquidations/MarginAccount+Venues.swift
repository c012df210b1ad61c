package import Markets

/// A position as a venue holds it, with all that its rule needs.
///
/// P solves, with Q the size in base asset (V in US dollars of an inverse contract), E the entry, M the margin or the
/// wallet, r and a of a tier, f the taker fee and s the side's sign:
/// - Binance: M − TMM + UPNL + s·Q·(P − E) = Q·P·r − a in the tier that Q·P falls in, both legs of a hedge in one
///   equation; inverse the same in coin, V·(1/E − 1/P) gained, V/P the notional;
/// - Bybit linear: M + s·Q·(P − E) = Q·E·r − a in the tier of the value at the entry; inverse isolated
///   P = V·(1 + s·r)/(V/E + s·initial margin + s·extra/(1 + s·f) + s·a); inverse cross
///   M + s·V·(1/E − 1/P) = V/E·r + V·f/bankruptcy price;
/// - OKX and MEXC: M + s·Q·(P − E) = Q·P·(r + f) in the tier of the size held, the rate for all of it; inverse in coin.
///
/// - Source: Binance, *How to Calculate Liquidation Price of USDⓈ-M Futures Contracts* and *of COIN-M*; Bybit,
///   *Liquidation Price (USDT Contract)* and *(Inverse Contract)*; OKX, *Isolated margin: liquidation* and *Cross margin*;
///   MEXC, *Liquidation price*.
package struct VenuePosition: Hashable, Sendable {
    /// What stands behind it.
    package enum Backing: Hashable, Sendable {
        /// Its own margin; `initial` is what the leverage asked for, the rest was added.
        case isolated(margin: Double, initial: Double)
        /// The wallet, with the positions that share it.
        case cross(wallet: Double, others: [Other])
    }

    /// A position in another contract that shares the wallet, at its mark price.
    package struct Other: Hashable, Sendable {
        package var leg: MarginLeg
        package var markPrice: Double
        package var tiers: MaintenanceTiers

        package init(leg: MarginLeg, markPrice: Double, tiers: MaintenanceTiers) {
            self.leg = leg
            self.markPrice = markPrice
            self.tiers = tiers
        }
    }

    package var venue: Venue
    package var contract: ContractKind
    package var leg: MarginLeg
    /// The other leg in hedge mode; it shares the wallet.
    package var opposite: MarginLeg?
    package var backing: Backing
    package var tiers: MaintenanceTiers
    /// Of the notional, 0.0005 for 0.05 %.
    package var takerFee: Double

    package init(
        venue: Venue,
        contract: ContractKind,
        leg: MarginLeg,
        opposite: MarginLeg? = nil,
        backing: Backing,
        tiers: MaintenanceTiers,
        takerFee: Double
    ) {
        self.venue = venue
        self.contract = contract
        self.leg = leg
        self.opposite = opposite
        self.backing = backing
        self.tiers = tiers
        self.takerFee = takerFee
    }

    /// The equation of the venue's rule.
    package var account: MarginAccount {
        let rule = rule
        return MarginAccount(contract, balance: balance(rule), leg: leg, opposite: opposite, rule: rule)
    }

    /// The tier that holds at the entry, from 0 on.
    package var tierIndex: Int { tiers.index(of: notional(of: leg)) }

    /// At the entry, in the asset of settlement.
    package func notional(of leg: MarginLeg) -> Double { leg.notional(at: leg.entryPrice, contract) }

    private var rule: MaintenanceRule {
        let tier = tiers.tiers[tierIndex]
        return switch (venue, contract, backing) {
        case (.binance, _, _): .tiersAtMark(tiers)
        case (.bybit, .linear, _):
            .sum(tier.requirement(notional(of: leg)) + (opposite.map { tiers.requirement(notional(of: $0)) } ?? 0))
        case (.bybit, .inverse, .isolated): .tier(rate: tier.rate, amount: tier.amount)
        case (.bybit, .inverse, .cross(let wallet, _)):
            .sum(
                notional(of: leg) * tier.rate
                    + MarginAccount.closingFee(of: leg, balance: wallet, fee: takerFee, contract)
            )
        case (.okx, _, _), (.mexc, _, _): .tier(rate: tier.rate + takerFee, amount: 0)
        }
    }

    private func balance(_ rule: MaintenanceRule) -> Double {
        switch backing {
        case .isolated(let margin, let initial):
            // Bybit keeps the fee of closing what was added back.
            guard venue == .bybit, contract == .inverse else { return margin }
            return initial + (margin - initial) / (1 + leg.side.sign * takerFee)
        case .cross(let wallet, let others):
            return others.reduce(wallet) { left, other in left + other.surplus(on: venue, contract, fee: takerFee) }
        }
    }
}

extension VenuePosition.Other {
    /// What it gains at its mark price, less what it needs there.
    fileprivate func surplus(on venue: Venue, _ contract: ContractKind, fee: Double) -> Double {
        let atMark = leg.notional(at: markPrice, contract)
        let atEntry = leg.notional(at: leg.entryPrice, contract)
        let gain = (contract == .linear ? 1 : -1) * leg.side.sign * (atMark - atEntry)
        let needed =
            switch venue {
            case .binance: tiers.requirement(atMark)
            case .bybit: tiers.requirement(atEntry)
            case .okx, .mexc: atMark * (tiers.tier(of: atEntry).rate + fee)
            }
        return gain - needed
    }
}

extension MarginLeg {
    /// In the asset of settlement.
    package func notional(at price: Double, _ contract: ContractKind) -> Double {
        contract == .linear ? size * price : size / price
    }
}

extension MarginAccount {
    /// What closing a leg costs at the price where the balance and the fee are used up: x·S·f with
    /// balance + σ·S·(x − e) = x·S·f.
    package static func closingFee(
        of leg: MarginLeg,
        balance: Double,
        fee: Double,
        _ contract: ContractKind
    ) -> Double {
        let account = MarginAccount(contract, balance: balance, leg: leg, rule: .tier(rate: fee, amount: 0))
        return account.liquidationPrice.map { leg.notional(at: $0, contract) * fee } ?? 0
    }
}
