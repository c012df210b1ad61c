/// `GET /api/v1/signals/stats`: what the signals brought that the caller is shown.
public struct SignalStatsView: Codable, Hashable, Sendable {
    /// `7d`, `30d`, `90d`, `1y` or `all`.
    public var period: String
    /// Ends from then on count, ISO 8601; null for `all`.
    public var from: String?
    /// Ends until then count, ISO 8601: the caller's delay before now.
    public var asOf: String
    /// Closed ones; cancelled ones were never entered and do not count.
    public var count: Int
    /// Those whose first target came before the stop.
    public var wins: Int
    /// All others, whatever they brought.
    public var losses: Int
    /// Those under way.
    public var open: Int
    /// 0 to 1; null without any, as all that follow.
    public var winRate: Double?
    /// Wilson's interval at 95 %: lower and upper end.
    public var winRateInterval95: [Double]?
    /// Mean result in percent.
    public var averagePnl: Double?
    /// Mean of result by risk.
    public var expectancyR: Double?
    /// Gains by losses; null where nothing was lost.
    public var profitFactor: Double?
    /// Deepest fall of the sum of results, in percent points.
    public var maxDrawdown: Double
    /// The reliability table: tenths of the confidence that hold any.
    public var calibration: [CalibrationBinView]
    /// Mean squared distance of confidence from outcome, over those that had one.
    public var brierScore: Double?
    /// How many ended in which way; all seven ways are named.
    public var outcomes: [String: Int]
    /// In the order of `name`, as all groups.
    public var byStrategy: [SignalGroupView]
    /// By market.
    public var bySymbol: [SignalGroupView]
    /// By `minTier`.
    public var byTier: [SignalGroupView]
    /// By side.
    public var byDirection: [SignalGroupView]
    /// For who hears of signals as late as each tier does, the latest first.
    public var delivered: [DeliveredGroupView]

    /// Creates one of all its fields.
    public init(
        period: String,
        from: String?,
        asOf: String,
        count: Int,
        wins: Int,
        losses: Int,
        open: Int,
        winRate: Double?,
        winRateInterval95: [Double]?,
        averagePnl: Double?,
        expectancyR: Double?,
        profitFactor: Double?,
        maxDrawdown: Double,
        calibration: [CalibrationBinView],
        brierScore: Double?,
        outcomes: [String: Int],
        byStrategy: [SignalGroupView],
        bySymbol: [SignalGroupView],
        byTier: [SignalGroupView],
        byDirection: [SignalGroupView],
        delivered: [DeliveredGroupView]
    ) {
        self.period = period
        self.from = from
        self.asOf = asOf
        self.count = count
        self.wins = wins
        self.losses = losses
        self.open = open
        self.winRate = winRate
        self.winRateInterval95 = winRateInterval95
        self.averagePnl = averagePnl
        self.expectancyR = expectancyR
        self.profitFactor = profitFactor
        self.maxDrawdown = maxDrawdown
        self.calibration = calibration
        self.brierScore = brierScore
        self.outcomes = outcomes
        self.byStrategy = byStrategy
        self.bySymbol = bySymbol
        self.byTier = byTier
        self.byDirection = byDirection
        self.delivered = delivered
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(period, forKey: .period)
        try container.encodeOrNull(from, forKey: .from)
        try container.encode(asOf, forKey: .asOf)
        try container.encode(count, forKey: .count)
        try container.encode(wins, forKey: .wins)
        try container.encode(losses, forKey: .losses)
        try container.encode(open, forKey: .open)
        try container.encodeOrNull(winRate, forKey: .winRate)
        try container.encodeOrNull(winRateInterval95, forKey: .winRateInterval95)
        try container.encodeOrNull(averagePnl, forKey: .averagePnl)
        try container.encodeOrNull(expectancyR, forKey: .expectancyR)
        try container.encodeOrNull(profitFactor, forKey: .profitFactor)
        try container.encode(maxDrawdown, forKey: .maxDrawdown)
        try container.encode(calibration, forKey: .calibration)
        try container.encodeOrNull(brierScore, forKey: .brierScore)
        try container.encode(outcomes, forKey: .outcomes)
        try container.encode(byStrategy, forKey: .byStrategy)
        try container.encode(bySymbol, forKey: .bySymbol)
        try container.encode(byTier, forKey: .byTier)
        try container.encode(byDirection, forKey: .byDirection)
        try container.encode(delivered, forKey: .delivered)
    }
}

/// The same figures of a part.
public struct SignalGroupView: Codable, Hashable, Sendable {
    /// Of a strategy with its version: `composite/1`.
    public var name: String
    /// Of a strategy: whether it has not cleared the gate; null of other parts.
    public var paper: Bool?
    /// Closed ones; cancelled ones were never entered and do not count.
    public var count: Int
    /// Those whose first target came before the stop.
    public var wins: Int
    /// All others, whatever they brought.
    public var losses: Int
    /// 0 to 1; null without any, as all that follow.
    public var winRate: Double?
    /// Wilson's interval at 95 %: lower and upper end.
    public var winRateInterval95: [Double]?
    /// Mean result in percent.
    public var averagePnl: Double?
    /// Mean of result by risk.
    public var expectancyR: Double?
    /// Gains by losses; null where nothing was lost.
    public var profitFactor: Double?
    /// Deepest fall of the sum of results, in percent points.
    public var maxDrawdown: Double
    /// Mean squared distance of confidence from outcome, over those that had one.
    public var brierScore: Double?

    /// Creates one of all its fields.
    public init(
        name: String,
        paper: Bool?,
        count: Int,
        wins: Int,
        losses: Int,
        winRate: Double?,
        winRateInterval95: [Double]?,
        averagePnl: Double?,
        expectancyR: Double?,
        profitFactor: Double?,
        maxDrawdown: Double,
        brierScore: Double?
    ) {
        self.name = name
        self.paper = paper
        self.count = count
        self.wins = wins
        self.losses = losses
        self.winRate = winRate
        self.winRateInterval95 = winRateInterval95
        self.averagePnl = averagePnl
        self.expectancyR = expectancyR
        self.profitFactor = profitFactor
        self.maxDrawdown = maxDrawdown
        self.brierScore = brierScore
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encodeOrNull(paper, forKey: .paper)
        try container.encode(count, forKey: .count)
        try container.encode(wins, forKey: .wins)
        try container.encode(losses, forKey: .losses)
        try container.encodeOrNull(winRate, forKey: .winRate)
        try container.encodeOrNull(winRateInterval95, forKey: .winRateInterval95)
        try container.encodeOrNull(averagePnl, forKey: .averagePnl)
        try container.encodeOrNull(expectancyR, forKey: .expectancyR)
        try container.encodeOrNull(profitFactor, forKey: .profitFactor)
        try container.encode(maxDrawdown, forKey: .maxDrawdown)
        try container.encodeOrNull(brierScore, forKey: .brierScore)
    }
}

/// What signals came to for who entered them when a tier was shown them; of those whose time is over.
public struct DeliveredGroupView: Codable, Hashable, Sendable {
    /// `free`, `pro`, `premium` or `vip`.
    public var tier: String
    /// How much later it is shown new signals.
    public var delaySeconds: Int
    /// Those that could be entered then.
    public var count: Int
    /// Those that could not any more.
    public var missed: Int
    /// Those whose first target came before the stop.
    public var wins: Int
    /// All others, whatever they brought.
    public var losses: Int
    /// 0 to 1; null without any, as all that follow.
    public var winRate: Double?
    /// Wilson's interval at 95 %: lower and upper end.
    public var winRateInterval95: [Double]?
    /// Mean result in percent.
    public var averagePnl: Double?
    /// Mean of result by risk.
    public var expectancyR: Double?
    /// Gains by losses; null where nothing was lost.
    public var profitFactor: Double?
    /// Deepest fall of the sum of results, in percent points.
    public var maxDrawdown: Double

    /// Creates one of all its fields.
    public init(
        tier: String,
        delaySeconds: Int,
        count: Int,
        missed: Int,
        wins: Int,
        losses: Int,
        winRate: Double?,
        winRateInterval95: [Double]?,
        averagePnl: Double?,
        expectancyR: Double?,
        profitFactor: Double?,
        maxDrawdown: Double
    ) {
        self.tier = tier
        self.delaySeconds = delaySeconds
        self.count = count
        self.missed = missed
        self.wins = wins
        self.losses = losses
        self.winRate = winRate
        self.winRateInterval95 = winRateInterval95
        self.averagePnl = averagePnl
        self.expectancyR = expectancyR
        self.profitFactor = profitFactor
        self.maxDrawdown = maxDrawdown
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(tier, forKey: .tier)
        try container.encode(delaySeconds, forKey: .delaySeconds)
        try container.encode(count, forKey: .count)
        try container.encode(missed, forKey: .missed)
        try container.encode(wins, forKey: .wins)
        try container.encode(losses, forKey: .losses)
        try container.encodeOrNull(winRate, forKey: .winRate)
        try container.encodeOrNull(winRateInterval95, forKey: .winRateInterval95)
        try container.encodeOrNull(averagePnl, forKey: .averagePnl)
        try container.encodeOrNull(expectancyR, forKey: .expectancyR)
        try container.encodeOrNull(profitFactor, forKey: .profitFactor)
        try container.encode(maxDrawdown, forKey: .maxDrawdown)
    }
}

/// Signals whose confidence lay in one tenth.
public struct CalibrationBinView: Codable, Hashable, Sendable {
    /// Percent.
    public var from: Int
    /// Percent, not in it but for 100.
    public var to: Int
    /// How many there are.
    public var count: Int
    /// Mean confidence, 0 to 1.
    public var predicted: Double
    /// Part that won.
    public var observed: Double

    /// Creates one of all its fields.
    public init(
        from: Int,
        to: Int,
        count: Int,
        predicted: Double,
        observed: Double
    ) {
        self.from = from
        self.to = to
        self.count = count
        self.predicted = predicted
        self.observed = observed
    }
}
