/// `GET /api/v1/pumps`: newest first.
public struct PumpPage: Codable, Hashable, Sendable {
    /// The pumps of this page.
    public var items: [PumpView]
    /// For the next page; null on the last one.
    public var nextCursor: String?

    /// Creates a page.
    public init(items: [PumpView], nextCursor: String?) {
        self.items = items
        self.nextCursor = nextCursor
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(items, forKey: .items)
        try container.encodeOrNull(nextCursor, forKey: .nextCursor)
    }
}

/// One pump as it is now; also a message of the channel `pumps`.
public struct PumpView: Codable, Hashable, Sendable {
    /// UUID.
    public var id: String
    /// `ABCUSDT`.
    public var symbol: String
    /// `binance`, `bybit`, `okx` or `mexc`.
    public var exchange: String
    /// From the price at the start to the peak so far.
    public var changePercent: Double
    /// Bought in the ten seconds before the alert, over what is usual in ten.
    public var volumeRatio: Double
    /// How far above the threshold the model was, in the logarithm of odds.
    public var score: Double
    /// `started`, `peaked`, `dumping` or `ended`.
    public var status: String
    /// Found when the price had fallen from its peak already.
    public var late: Bool
    /// What gave it away, heaviest first.
    public var triggers: [PumpTriggerView]
    /// ISO 8601.
    public var startedAt: String
    /// ISO 8601; null while it lasts.
    public var endedAt: String?
    /// A decimal string.
    public var priceAtStart: String
    /// A decimal string.
    public var peakPrice: String

    /// Creates a pump.
    public init(
        id: String,
        symbol: String,
        exchange: String,
        changePercent: Double,
        volumeRatio: Double,
        score: Double,
        status: String,
        late: Bool,
        triggers: [PumpTriggerView],
        startedAt: String,
        endedAt: String?,
        priceAtStart: String,
        peakPrice: String
    ) {
        self.id = id
        self.symbol = symbol
        self.exchange = exchange
        self.changePercent = changePercent
        self.volumeRatio = volumeRatio
        self.score = score
        self.status = status
        self.late = late
        self.triggers = triggers
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.priceAtStart = priceAtStart
        self.peakPrice = peakPrice
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(symbol, forKey: .symbol)
        try container.encode(exchange, forKey: .exchange)
        try container.encode(changePercent, forKey: .changePercent)
        try container.encode(volumeRatio, forKey: .volumeRatio)
        try container.encode(score, forKey: .score)
        try container.encode(status, forKey: .status)
        try container.encode(late, forKey: .late)
        try container.encode(triggers, forKey: .triggers)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encodeOrNull(endedAt, forKey: .endedAt)
        try container.encode(priceAtStart, forKey: .priceAtStart)
        try container.encode(peakPrice, forKey: .peakPrice)
    }
}

/// One reason for an alert.
public struct PumpTriggerView: Codable, Hashable, Sendable {
    /// A stable word such as `rush_orders`.
    public var code: String
    /// In plain words.
    public var label: String
    /// Its part of all reasons, 0 to 1.
    public var weight: Double

    /// Creates a reason.
    public init(code: String, label: String, weight: Double) {
        self.code = code
        self.label = label
        self.weight = weight
    }
}

/// `GET /api/v1/pumps/quality`: what the detector has seen since the server's start, and how often it was wrong.
public struct PumpQualityView: Codable, Hashable, Sendable {
    /// Which model judges.
    public var model: String
    /// From when on it had seen nothing when it was trained, ISO 8601.
    public var trainedBefore: String
    /// One market for one day.
    public var symbolDays: Double
    /// Pumps that were told of.
    public var alerts: Int
    /// Of those that are over: where the price never got 5 % above its start.
    public var falseAlerts: Int
    /// Of those that are over: found when the peak was past.
    public var lateAlerts: Int
    /// Null before a hundredth of a symbol-day.
    public var falseAlertsPerSymbolDay: Double?
    /// Rises by 5 % within a minute on twenty times the usual volume, which is told without the model.
    public var rises: Int
    /// The part of them that had an alert between a minute before and two after their start; null before the first.
    public var recall: Double?
    /// Whole seconds from a rise's start to its alert that half of them did not exceed; null before the first.
    public var medianDelaySeconds: Int?
    /// As above, of nine in ten.
    public var p90DelaySeconds: Int?
    /// What alerts are held to; above it, with three false ones or more, new ones are kept back.
    public var promisedFalseAlertsPerSymbolDay: Double
    /// The least part of the rises that is to be found.
    public var promisedRecall: Double
    /// Seconds.
    public var promisedMedianDelaySeconds: Int
    /// Whether new alerts are kept back.
    public var muted: Bool

    /// Creates a report.
    public init(
        model: String,
        trainedBefore: String,
        symbolDays: Double,
        alerts: Int,
        falseAlerts: Int,
        lateAlerts: Int,
        falseAlertsPerSymbolDay: Double?,
        rises: Int,
        recall: Double?,
        medianDelaySeconds: Int?,
        p90DelaySeconds: Int?,
        promisedFalseAlertsPerSymbolDay: Double,
        promisedRecall: Double,
        promisedMedianDelaySeconds: Int,
        muted: Bool
    ) {
        self.model = model
        self.trainedBefore = trainedBefore
        self.symbolDays = symbolDays
        self.alerts = alerts
        self.falseAlerts = falseAlerts
        self.lateAlerts = lateAlerts
        self.falseAlertsPerSymbolDay = falseAlertsPerSymbolDay
        self.rises = rises
        self.recall = recall
        self.medianDelaySeconds = medianDelaySeconds
        self.p90DelaySeconds = p90DelaySeconds
        self.promisedFalseAlertsPerSymbolDay = promisedFalseAlertsPerSymbolDay
        self.promisedRecall = promisedRecall
        self.promisedMedianDelaySeconds = promisedMedianDelaySeconds
        self.muted = muted
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(model, forKey: .model)
        try container.encode(trainedBefore, forKey: .trainedBefore)
        try container.encode(symbolDays, forKey: .symbolDays)
        try container.encode(alerts, forKey: .alerts)
        try container.encode(falseAlerts, forKey: .falseAlerts)
        try container.encode(lateAlerts, forKey: .lateAlerts)
        try container.encodeOrNull(falseAlertsPerSymbolDay, forKey: .falseAlertsPerSymbolDay)
        try container.encode(rises, forKey: .rises)
        try container.encodeOrNull(recall, forKey: .recall)
        try container.encodeOrNull(medianDelaySeconds, forKey: .medianDelaySeconds)
        try container.encodeOrNull(p90DelaySeconds, forKey: .p90DelaySeconds)
        try container.encode(promisedFalseAlertsPerSymbolDay, forKey: .promisedFalseAlertsPerSymbolDay)
        try container.encode(promisedRecall, forKey: .promisedRecall)
        try container.encode(promisedMedianDelaySeconds, forKey: .promisedMedianDelaySeconds)
        try container.encode(muted, forKey: .muted)
    }
}
