import APIContract
import Markets
import Signals

extension QueryFields {
    /// A symbol such as `BTCUSDT-PERP`.
    fileprivate mutating func symbol() -> Symbol? {
        guard let text = text("symbol") else { return nil }
        guard let symbol = Symbol(text) else {
            complain("symbol", .malformed, "Expected a symbol such as BTCUSDT-PERP.")
            return nil
        }
        return symbol
    }

    /// The name of a strategy, whether there is one or not.
    fileprivate mutating func strategy() -> String? {
        guard let text = text("strategy") else { return nil }
        guard (1...50).contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) }) else {
            complain("strategy", .malformed, "Expected a strategy's name, such as composite.")
            return nil
        }
        return text
    }

    /// `limit` and `cursor`.
    fileprivate mutating func paging() -> (limit: Int, after: SignalPlace?) {
        let limit = integer("limit", in: 1...Int64(SignalQuery.maximumLimit))
        let cursor = text("cursor")
        let place = cursor.flatMap(SignalPlace.init(text:))
        if cursor != nil, place == nil { complain("cursor", .malformed, "Expected a cursor of an answer.") }
        return (limit.map(Int.init) ?? SignalQuery.defaultLimit, place)
    }

    /// A plain decimal above zero.
    fileprivate mutating func amount(_ name: String) -> FixedPoint? {
        guard let text = text(name) else {
            if !problems.contains(where: { $0.field == name }) { complain(name, .required, "This is needed.") }
            return nil
        }
        guard let value = FixedPoint(text) else {
            complain(name, .malformed, "Expected a plain decimal number.")
            return nil
        }
        guard value.isPositive else {
            complain(name, .outOfRange, "Expected more than 0.")
            return nil
        }
        return value
    }
}

extension SignalQuery {
    /// `?status=&symbol=&exchange=&direction=&minConfidence=&limit=&cursor=`.
    init(_ fields: consuming QueryFields, _ sight: SignalSight) throws(APIError) {
        self.init(sight: sight)
        status = fields.choice("status", of: Status.self)
        symbol = fields.symbol()
        venue = fields.choice("exchange", of: Venue.self)
        direction = fields.choice("direction", of: SignalDirection.self)
        minConfidence = fields.integer("minConfidence", in: 0...100).map(Int.init)
        (limit, after) = fields.paging()
        try fields.finish()
    }
}

extension SignalHistoryQuery {
    /// `?symbol=&strategy=&limit=&cursor=`.
    init(_ fields: consuming QueryFields, _ sight: SignalSight) throws(APIError) {
        self.init(sight: sight)
        symbol = fields.symbol()
        strategy = fields.strategy()
        (limit, after) = fields.paging()
        try fields.finish()
    }
}

extension SignalTallyQuery {
    /// `?period=&symbol=&strategy=`.
    init(_ fields: consuming QueryFields, _ sight: SignalSight) throws(APIError) {
        self.init(sight: sight)
        period = fields.choice("period", of: Period.self) ?? .all
        symbol = fields.symbol()
        strategy = fields.strategy()
        try fields.finish()
    }
}

/// `?balance=&riskPercent=&exchange=` of `/signals/:id/plan`.
struct PlanQuery {
    /// Where the venue's own step is not known: the eighth place.
    static let finestStep = Quantity(FixedPoint(units: FixedPoint.one / 100_000_000) ?? .zero)
    /// Beyond that, sums of money are nobody's: 10¹² of the quote asset.
    private static let mostBalance = FixedPoint(units: FixedPoint.one * 1_000_000_000_000) ?? .zero
    private static let mostPercent = FixedPoint(units: FixedPoint.one * 100) ?? .zero

    let balance: Money
    let riskPercent: FixedPoint
    let venue: Venue?

    init(_ fields: consuming QueryFields) throws(APIError) {
        let balance = fields.amount("balance")
        if let balance, balance > Self.mostBalance {
            fields.complain("balance", .outOfRange, "Expected at most 10^12.")
        }
        let percent = fields.amount("riskPercent")
        if let percent, percent > Self.mostPercent {
            fields.complain("riskPercent", .outOfRange, "Expected at most 100.")
        }
        venue = fields.choice("exchange", of: Venue.self)
        try fields.finish()
        // Without a complaint both are there.
        self.balance = Money(balance ?? .zero)
        riskPercent = percent ?? .zero
    }
}
