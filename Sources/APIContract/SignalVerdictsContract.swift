/// `GET /api/v1/signals/:id/verdicts`: what the signal came to, and would have come to elsewhere or later.
public struct SignalVerdictsView: Codable, Hashable, Sendable {
    /// The signal that is planned for, or that was judged.
    public var signalId: String
    /// Its own end, in the record; `cancelled` where it was never entered, null while it is active.
    public var outcome: String?
    /// Percent after fees and slippage; null unless closed, here and below.
    public var resultPnl: Double?
    /// The lowest result of all venues, its own among them.
    public var worst: Double?
    /// The highest.
    public var best: Double?
    /// Entered at its birth on the prices of other venues; empty until its time is over.
    public var venues: [VenueVerdictView]
    /// Entered when each tier was shown it; empty until its time is over.
    public var delivered: [TierVerdictView]

    /// Creates one of all its fields.
    public init(
        signalId: String,
        outcome: String?,
        resultPnl: Double?,
        worst: Double?,
        best: Double?,
        venues: [VenueVerdictView],
        delivered: [TierVerdictView]
    ) {
        self.signalId = signalId
        self.outcome = outcome
        self.resultPnl = resultPnl
        self.worst = worst
        self.best = best
        self.venues = venues
        self.delivered = delivered
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(signalId, forKey: .signalId)
        try container.encodeOrNull(outcome, forKey: .outcome)
        try container.encodeOrNull(resultPnl, forKey: .resultPnl)
        try container.encodeOrNull(worst, forKey: .worst)
        try container.encodeOrNull(best, forKey: .best)
        try container.encode(venues, forKey: .venues)
        try container.encode(delivered, forKey: .delivered)
    }
}

/// What a signal would have come to on another venue.
public struct VenueVerdictView: Codable, Hashable, Sendable {
    /// `binance`, `bybit`, `okx` or `mexc`.
    public var exchange: String
    /// `cancelled` where it could not be entered.
    public var outcome: String
    /// Percent after fees and slippage.
    public var resultPnl: Double?

    /// Creates one of all its fields.
    public init(
        exchange: String,
        outcome: String,
        resultPnl: Double?
    ) {
        self.exchange = exchange
        self.outcome = outcome
        self.resultPnl = resultPnl
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(exchange, forKey: .exchange)
        try container.encode(outcome, forKey: .outcome)
        try container.encodeOrNull(resultPnl, forKey: .resultPnl)
    }
}

/// What a signal came to for who heard of it as late as a tier does.
public struct TierVerdictView: Codable, Hashable, Sendable {
    /// `free`, `pro`, `premium` or `vip`.
    public var tier: String
    /// How much later it is shown new signals.
    public var delaySeconds: Int
    /// `cancelled` where it could not be entered any more.
    public var outcome: String
    /// Percent after fees and slippage.
    public var resultPnl: Double?

    /// Creates one of all its fields.
    public init(
        tier: String,
        delaySeconds: Int,
        outcome: String,
        resultPnl: Double?
    ) {
        self.tier = tier
        self.delaySeconds = delaySeconds
        self.outcome = outcome
        self.resultPnl = resultPnl
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(tier, forKey: .tier)
        try container.encode(delaySeconds, forKey: .delaySeconds)
        try container.encode(outcome, forKey: .outcome)
        try container.encodeOrNull(resultPnl, forKey: .resultPnl)
    }
}
