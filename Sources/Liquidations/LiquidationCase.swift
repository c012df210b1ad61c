package import Foundation
import Markets

/// A case that somebody has worked out: a rule by name and the figures that it needs.
///
/// Read by the tests and by `tradepulse liquidations price`, so that anybody can hold the calculator to cases of their
/// own; keys are in snake case.
package struct LiquidationCase: Decodable, Sendable {
    package struct Expected: Decodable, Sendable {
        package var liquidationPrice: Double?
        package var bankruptcyPrice: Double?
        package var maintenanceAmount: Double?
    }

    struct Leg: Decodable, Sendable {
        var quantity: Double
        var entryPrice: Double
    }

    struct Other: Decodable, Sendable {
        var side: Double
        var quantity: Double
        var entryPrice: Double
        var markPrice: Double
        var maintenanceRate: Double?
        var maintenanceAmount: Double?
        var tiers: [[Figure]]?
    }

    struct Inputs: Decodable, Sendable {
        var floor: Double
        var rate: Double
        var previousRate: Double
        var previousAmount: Double
    }

    /// A number, or a text that is one.
    struct Figure: Decodable, Sendable {
        let value: Double

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                guard let number = Double(text) else {
                    throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no number")
                }
                value = number
            } else {
                value = try container.decode(Double.self)
            }
        }
    }

    package var id: String
    package var rule: String
    var mode: String?
    var side: Double?
    var entryPrice: Double?
    var quantity: Double?
    var contracts: Double?
    var faceValue: Double?
    var contractSize: Double?
    var contractSizeUsd: Double?
    var notionalUsd: Double?
    var sizeUsd: Double?
    var leverage: Double?
    var walletBalance: Double?
    var walletBalanceCoin: Double?
    var accountBalanceCoin: Double?
    var margin: Double?
    var positionMargin: Double?
    var positionMarginCoin: Double?
    var positionValueCoin: Double?
    var extraMargin: Double?
    var extraMarginCoin: Double?
    var markPrice: Double?
    var marginRatio: Double?
    var maintenanceMargin: Double?
    var maintenanceRate: Double?
    var maintenanceAmount: Double?
    var maintenanceAmountCoin: Double?
    var maintenanceDeduction: Double?
    var takerFee: Double?
    var tiers: [[Figure]]?
    var otherPositions: [Other]?
    var long: Leg?
    var short: Leg?
    var assetQuantity: Double?
    var liability: Double?
    var inputs: Inputs?

    package var liquidationPrice: Double?
    package var expected: Expected?
    package var toleranceAbs: Double?

    /// Reads a list of cases.
    ///
    /// - Throws: `DecodingError`.
    package static func list(_ json: Data) throws -> [LiquidationCase] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([LiquidationCase].self, from: json)
    }
}

/// Why a case cannot be worked out.
package enum LiquidationCaseError: Error, Hashable, Sendable {
    case ruleUnknown(String)
    case missing(String)
}

extension LiquidationCase {
    /// What the calculator says.
    package struct Answer: Hashable, Sendable {
        /// Nil where no price above zero liquidates.
        package var liquidationPrice: Double?
        package var bankruptcyPrice: Double?
        package var maintenanceAmount: Double?
    }

    /// Works the case out.
    ///
    /// - Throws: ``LiquidationCaseError``.
    package func answer() throws(LiquidationCaseError) -> Answer {
        switch rule {
        case "maintenance-amount":
            let inputs = try need(inputs, "inputs")
            let before = MaintenanceTiers.Tier(
                floor: 0,
                rate: inputs.previousRate,
                amount: inputs.previousAmount,
                maxLeverage: 1
            )
            return Answer(maintenanceAmount: before.amount(from: inputs.floor, rate: inputs.rate))
        case "okx-margin-isolated":
            let loan = SpotLoan(
                assets: try need(assetQuantity, "asset_quantity"),
                liability: try need(liability, "liability"),
                maintenanceRate: try need(maintenanceRate, "maintenance_rate"),
                takerFee: takerFee ?? 0
            )
            return Answer(liquidationPrice: loan.liquidationPrice)
        default:
            let account = try account()
            return Answer(liquidationPrice: account.liquidationPrice, bankruptcyPrice: try bankruptcyPrice(account))
        }
    }

    /// The equation that the rule's name stands for.
    ///
    /// - Throws: ``LiquidationCaseError``.
    package func account() throws(LiquidationCaseError) -> MarginAccount {
        switch rule {
        case "binance-usdm":
            return MarginAccount(.linear, balance: try sharedBalance(), leg: try linearLeg(), rule: try binanceRule())
        case "binance-usdm-hedge":
            let long = try need(long, "long")
            let short = try need(short, "short")
            return MarginAccount(
                .linear,
                balance: try need(walletBalance, "wallet_balance"),
                leg: MarginLeg(side: .long, size: long.quantity, entryPrice: long.entryPrice),
                opposite: MarginLeg(side: .short, size: short.quantity, entryPrice: short.entryPrice),
                rule: try binanceRule()
            )
        case "binance-coinm":
            return MarginAccount(
                .inverse,
                balance: try need(walletBalanceCoin, "wallet_balance_coin"),
                leg: try inverseLeg(),
                rule: try binanceRule()
            )
        case "bybit-linear-isolated-entry-mm", "mexc-linear-isolated-entry-mm":
            let leg = try linearLeg()
            let notional = leg.notional(at: leg.entryPrice, .linear)
            return MarginAccount(
                .linear,
                balance: try notional / need(leverage, "leverage") + (extraMargin ?? 0),
                leg: leg,
                rule: .sum(try notional * need(maintenanceRate, "maintenance_rate") - (maintenanceDeduction ?? 0))
            )
        case "bybit-inverse-isolated-entry-mm", "bybit-inverse-cross-2020":
            return try entryMargined(need(positionMarginCoin ?? accountBalanceCoin, "position_margin_coin"))
        case "bybit-inverse-isolated-mark-mm":
            let leg = try inverseLeg()
            let initial = try leg.notional(at: leg.entryPrice, .inverse) / need(leverage, "leverage")
            return MarginAccount(
                .inverse,
                balance: initial + (extraMarginCoin ?? 0) / (1 + leg.side.sign * (takerFee ?? 0)),
                leg: leg,
                rule: try oneTier(amount: maintenanceDeduction ?? 0)
            )
        case "okx-linear-isolated", "mexc-linear-isolated":
            return MarginAccount(
                .linear,
                balance: try need(margin ?? positionMargin, "margin"),
                leg: try linearLeg(),
                rule: try oneTier(amount: 0, fee: takerFee ?? 0)
            )
        case "okx-inverse-isolated":
            return MarginAccount(
                .inverse,
                balance: try need(margin, "margin"),
                leg: try inverseLeg(),
                rule: try oneTier(amount: 0, fee: takerFee ?? 0)
            )
        case "okx-linear-cross":
            // What is left is told against the mark price, as if the position had been opened there.
            let mark = try need(markPrice, "mark_price")
            let leg = MarginLeg(side: try sideOfLeg(), size: try linearSize(), entryPrice: mark)
            let closing = (takerFee ?? 0) * leg.notional(at: mark, .linear)
            let needed = try need(maintenanceMargin, "maintenance_margin") + closing
            return MarginAccount(
                .linear,
                balance: try needed * need(marginRatio, "margin_ratio"),
                leg: leg,
                rule: try oneTier(amount: 0, fee: takerFee ?? 0)
            )
        default: throw .ruleUnknown(rule)
        }
    }

    /// Bybit's inverse contracts, maintenance margin and the fee of closing reckoned before the price moves.
    private func entryMargined(_ balance: Double) throws(LiquidationCaseError) -> MarginAccount {
        let leg = try inverseLeg()
        let value = positionValueCoin ?? leg.notional(at: leg.entryPrice, .inverse)
        let closing = MarginAccount.closingFee(of: leg, balance: balance, fee: takerFee ?? 0, .inverse)
        let needed = try value * need(maintenanceRate, "maintenance_rate") - (maintenanceDeduction ?? 0)
        return MarginAccount(.inverse, balance: balance, leg: leg, rule: .sum(needed + closing))
    }

    /// With the fee of closing where Bybit's rules count it.
    private func bankruptcyPrice(_ account: MarginAccount) throws(LiquidationCaseError) -> Double? {
        guard rule.hasPrefix("bybit-inverse"), let takerFee else { return account.bankruptcyPrice }
        var paying = account
        paying.rule = .tier(rate: takerFee, amount: 0)
        return paying.liquidationPrice
    }

    private func need<Value>(_ value: Value?, _ name: String) throws(LiquidationCaseError) -> Value {
        guard let value else { throw .missing(name) }
        return value
    }

    private func sideOfLeg() throws(LiquidationCaseError) -> PositionSide {
        try need(side, "side") > 0 ? .long : .short
    }

    private func linearSize() throws(LiquidationCaseError) -> Double {
        let unit = faceValue ?? contractSize
        return try need(quantity ?? contracts.flatMap { count in unit.map { count * $0 } }, "quantity")
    }

    private func linearLeg() throws(LiquidationCaseError) -> MarginLeg {
        MarginLeg(side: try sideOfLeg(), size: try linearSize(), entryPrice: try need(entryPrice, "entry_price"))
    }

    private func inverseLeg() throws(LiquidationCaseError) -> MarginLeg {
        let unit = contractSizeUsd ?? faceValue ?? contractSize
        let size = sizeUsd ?? notionalUsd ?? contracts.flatMap { count in unit.map { count * $0 } }
        return MarginLeg(
            side: try sideOfLeg(),
            size: try need(size, "size_usd"),
            entryPrice: try need(entryPrice, "entry_price")
        )
    }

    private func oneTier(amount: Double, fee: Double = 0) throws(LiquidationCaseError) -> MaintenanceRule {
        .tier(rate: try need(maintenanceRate, "maintenance_rate") + fee, amount: amount)
    }

    private func binanceRule() throws(LiquidationCaseError) -> MaintenanceRule {
        guard let tiers else { return try oneTier(amount: maintenanceAmount ?? maintenanceAmountCoin ?? 0) }
        return .tiersAtMark(try Self.table(tiers))
    }

    private func sharedBalance() throws(LiquidationCaseError) -> Double {
        var balance = try need(walletBalance, "wallet_balance")
        for other in otherPositions ?? [] {
            let notional = other.quantity * other.markPrice
            balance += other.side * other.quantity * (other.markPrice - other.entryPrice)
            if let tiers = other.tiers {
                balance -= try Self.table(tiers).requirement(notional)
            } else {
                let rate = try need(other.maintenanceRate, "maintenance_rate")
                balance -= notional * rate - (other.maintenanceAmount ?? 0)
            }
        }
        return balance
    }

    /// Rows of floor, end, rate and amount; the amounts follow from the rest.
    private static func table(_ rows: [[Figure]]) throws(LiquidationCaseError) -> MaintenanceTiers {
        guard rows.allSatisfy({ $0.count == 4 }), let last = rows.last,
            let tiers = MaintenanceTiers(
                rows.map { (floor: $0[0].value, rate: $0[2].value, maxLeverage: 1) },
                end: last[1].value
            )
        else { throw .missing("tiers") }
        return tiers
    }
}
