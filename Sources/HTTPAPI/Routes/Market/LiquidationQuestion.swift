import APIContract
import Foundation
import Liquidations
import Markets

/// The body of `POST /market/liquidations/calculate`, and what follows from it.
struct LiquidationQuestion {
    enum MarginMode: String, CaseIterable {
        case isolated, cross
    }

    /// Positions beside the one that is asked about.
    private static let mostOthers = 50
    /// Beyond that, sums are nobody's: 10¹².
    private static let mostAmount = FixedPoint(units: FixedPoint.one * 1_000_000_000_000) ?? .zero

    let symbol: Symbol
    let position: VenuePosition
    let entry: MaintenanceTable.Entry
    let tiersVersion: String
    /// Nil where neither leverage nor margin says it.
    let initialMargin: Double?
    let markPrice: Double

    /// Reads `{exchange, symbol, side, marginMode, entryPrice, quantity, leverage?, margin?, walletBalance?, markPrice?,
    /// opposite?, otherPositions?}`.
    ///
    /// - Throws: 422 naming every wrong field; also where the margin does not suffice at the mark price.
    init(_ fields: consuming RequestFields, _ newest: MaintenanceTable) throws {
        let venue = fields.choice("exchange", of: Venue.self)
        let symbol = Self.symbol(&fields)
        let side = fields.choice("side", of: PositionSide.self)
        let mode = fields.choice("marginMode", of: MarginMode.self)
        let entryPrice = fields.amount("entryPrice", atMost: Self.mostAmount)?.double
        let quantity = fields.amount("quantity", atMost: Self.mostAmount)?.double
        let leverage = (fields.clearableDecimal("leverage", in: 1...1_000, places: 2) ?? nil)
            .map { NSDecimalNumber(decimal: $0).doubleValue }
        let margin = fields.optionalAmount("margin", atMost: Self.mostAmount)?.double
        let wallet = fields.optionalAmount("walletBalance", atMost: Self.mostAmount)?.double
        let mark = fields.optionalAmount("markPrice", atMost: Self.mostAmount)?.double
        let opposite = fields.optionalObject("opposite") { inner -> (Double, Double)? in
            let quantity = inner.amount("quantity", atMost: Self.mostAmount)?.double
            let price = inner.amount("entryPrice", atMost: Self.mostAmount)?.double
            return quantity.flatMap { quantity in price.map { (quantity, $0) } }
        }
        let others = fields.optionalObjects("otherPositions", atMost: Self.mostOthers, read: Self.other)
        switch mode {
        case .isolated?:
            if wallet != nil { fields.complain("walletBalance", .outOfRange, "Only with the margin mode cross.") }
            if opposite != nil { fields.complain("opposite", .outOfRange, "Only with the margin mode cross.") }
            if !others.isEmpty { fields.complain("otherPositions", .outOfRange, "Only with the margin mode cross.") }
            if margin == nil, leverage == nil, !fields.hasProblem(with: ["margin", "leverage"]) {
                fields.complain("leverage", .required, "Either this or margin is required.")
            }
        case .cross?:
            if margin != nil { fields.complain("margin", .outOfRange, "Only with the margin mode isolated.") }
            if wallet == nil, !fields.hasProblem(with: ["walletBalance"]) {
                fields.complain("walletBalance", .required, "This is needed with the margin mode cross.")
            }
        case nil: break
        }
        try fields.finish()
        // Without a complaint all of these are there.
        guard let venue, let symbol, let side, let mode, let entryPrice, let quantity else {
            throw APIError.invalid("symbol", .required, "This field is required.")
        }
        guard let (contract, entry) = newest.terms(of: symbol, on: venue) else {
            throw APIError.invalid("symbol", .unknownValue, "Expected a perpetual in USDT, or an inverse one in USD.")
        }
        let leg = MarginLeg(side: side, size: quantity, entryPrice: entryPrice)
        let notional = leg.notional(at: entryPrice, contract)
        guard notional <= entry.tiers.end else {
            let end = entry.tiers.end
            throw APIError.invalid("quantity", .outOfRange, "The venue's table ends at a notional of \(end).")
        }
        let most = entry.tiers.tier(of: notional).maxLeverage
        if let leverage, leverage > Double(most) {
            throw APIError.invalid("leverage", .outOfRange, "At most \(most) for this notional.")
        }
        let initial = leverage.map { notional / $0 }
        var backing = VenuePosition.Backing.isolated(margin: margin ?? initial ?? 0, initial: initial ?? margin ?? 0)
        if mode == .cross {
            backing = .cross(wallet: wallet ?? 0, others: try others.map { try $0.position(newest, venue, contract) })
        }
        let counter: PositionSide = side == .long ? .short : .long
        position = VenuePosition(
            venue: venue,
            contract: contract,
            leg: leg,
            opposite: opposite.map { MarginLeg(side: counter, size: $0.0, entryPrice: $0.1) },
            backing: backing,
            tiers: entry.tiers,
            takerFee: Self.takerFee(of: venue)
        )
        self.symbol = symbol
        self.entry = entry
        tiersVersion = newest.version
        initialMargin = initial ?? margin
        markPrice = mark ?? entryPrice
        let account = position.account
        guard account.equity(at: markPrice) > account.requirement(at: markPrice) else {
            let field = mode == .cross ? "walletBalance" : margin == nil ? "leverage" : "margin"
            throw APIError.invalid(field, .outOfRange, "What stands behind the position is less than it needs already.")
        }
    }

    /// Of the notional, an account without discounts.
    ///
    /// - Source: the venues' fee pages for USDT perpetuals.
    private static func takerFee(of venue: Venue) -> Double {
        switch venue {
        case .binance, .okx: 0.0005
        case .bybit: 0.00055
        case .mexc: 0.0006
        }
    }

    private static func symbol(_ fields: inout RequestFields) -> Symbol? {
        guard let text = fields.text("symbol", characters: 1...64) else { return nil }
        guard let symbol = Symbol(text) else {
            fields.complain("symbol", .malformed, "Expected a perpetual such as BTCUSDT-PERP.")
            return nil
        }
        return symbol
    }
}

extension LiquidationQuestion {
    /// A position in another contract, as the body tells it.
    struct Other {
        let symbol: Symbol
        let leg: MarginLeg
        let markPrice: Double

        fileprivate func position(
            _ table: MaintenanceTable,
            _ venue: Venue,
            _ contract: ContractKind
        ) throws(APIError) -> VenuePosition.Other {
            guard let terms = table.terms(of: symbol, on: venue), terms.contract == contract else {
                throw .invalid("otherPositions", .unknownValue, "\(symbol.text) does not share this wallet.")
            }
            return VenuePosition.Other(leg: leg, markPrice: markPrice, tiers: terms.entry.tiers)
        }
    }

    private static func other(_ fields: inout RequestFields) -> Other? {
        let symbol = symbol(&fields)
        let side = fields.choice("side", of: PositionSide.self)
        let quantity = fields.amount("quantity", atMost: mostAmount)?.double
        let entryPrice = fields.amount("entryPrice", atMost: mostAmount)?.double
        let markPrice = fields.amount("markPrice", atMost: mostAmount)?.double
        guard let symbol, let side, let quantity, let entryPrice, let markPrice else { return nil }
        let leg = MarginLeg(side: side, size: quantity, entryPrice: entryPrice)
        return Other(symbol: symbol, leg: leg, markPrice: markPrice)
    }
}

extension LiquidationAnswerView {
    init(_ question: LiquidationQuestion) {
        let position = question.position
        let account = position.account
        let price = account.liquidationPrice
        // Binance's tier moves with the price; the others' stays what it was at the entry.
        var index = position.tierIndex
        if position.venue == .binance, let price {
            index = position.tiers.index(of: position.leg.notional(at: price, position.contract))
        }
        let tier = position.tiers.tiers[index]
        self.init(
            liquidationPrice: price.flatMap(Self.text),
            bankruptcyPrice: account.bankruptcyPrice.flatMap(Self.text),
            maintenanceMarginRate: tier.rate,
            maintenanceAmount: Self.text([.okx, .mexc].contains(position.venue) ? 0 : tier.amount) ?? "0",
            tier: index + 1,
            maxLeverage: position.tiers.tiers[position.tierIndex].maxLeverage,
            initialMargin: question.initialMargin.flatMap(Self.text),
            distancePercent: price.map { ($0 / question.markPrice - 1).magnitude * 100 },
            takerFeePercent: position.takerFee * 100,
            tiersVersion: question.tiersVersion,
            tiersSource: question.entry.source
        )
    }

    /// Fifteen digits: what floating point leaves behind them is nobody's price.
    private static func text(_ value: Double) -> String? { FixedPoint(rounding: value, places: 18)?.description }
}
