/// `GET /api/v1/signals`: newest first, those above the caller's tier locked.
public struct SignalPage: Codable, Hashable, Sendable {
    /// In the order of the list.
    public var items: [SignalItem]
    /// For the next page; null on the last one.
    public var nextCursor: String?

    /// Creates a page.
    public init(items: [SignalItem], nextCursor: String?) {
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

/// One signal of a list.
public enum SignalItem: Codable, Hashable, Sendable {
    case shown(SignalView)
    case locked(LockedSignalView)

    private enum Key: String, CodingKey { case locked }

    /// Reads either; only a locked one has the field `locked`.
    public init(from decoder: any Decoder) throws {
        let isLocked = try decoder.container(keyedBy: Key.self).contains(.locked)
        self = isLocked ? .locked(try LockedSignalView(from: decoder)) : .shown(try SignalView(from: decoder))
    }

    /// Writes the object itself.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .shown(let signal): try signal.encode(to: encoder)
        case .locked(let signal): try signal.encode(to: encoder)
        }
    }
}

/// A signal as those who are shown it see it; also a message of the channel `signals`.
public struct SignalView: Codable, Hashable, Sendable {
    /// A UUID in lower case.
    public var id: String
    /// `BTCUSDT-PERP`.
    public var symbol: String
    /// `binance`, `bybit`, `okx` or `mexc`.
    public var exchange: String
    /// `buy` or `sell`.
    public var direction: String
    /// A decimal string, as all prices.
    public var entryPrice: String
    /// A decimal string.
    public var stopLoss: String
    /// The nearest target, where a third is closed.
    public var takeProfit1: String
    /// The second.
    public var takeProfit2: String
    /// The farthest.
    public var takeProfit3: String
    /// Percent that target 1 comes before the stop; null until 30 outcomes back it.
    public var aiConfidence: Int?
    /// How often it does anyway, in percent: what the confidence is to be compared with.
    public var baseRate: Int
    /// What led from the base rate to the confidence.
    public var aiTriggers: [SignalTriggerView]
    /// What raised it.
    public var strategy: SignalStrategyView
    /// Its strategy has not cleared the gate.
    public var paper: Bool
    /// `1h`.
    public var timeframe: String
    /// `active`, `closed` or `cancelled`.
    public var status: String
    /// `tp1`, `tp2`, `tp3`, `stop_loss`, `expired`, `ambiguous` or `data_gap`; null unless closed.
    public var outcome: String?
    /// `taken_back`, `entry_missed` or `never_entered`; null unless cancelled.
    public var cancellation: String?
    /// Percent after fees and slippage; null unless closed.
    public var resultPnl: Double?
    /// The first tier that is shown all of it.
    public var minTier: String
    /// ISO 8601.
    public var createdAt: String
    /// ISO 8601.
    public var expiresAt: String
    /// ISO 8601; null while active.
    public var closedAt: String?
    /// Where its publication stands in the record.
    public var proof: SignalProofView?

    /// Creates one of all its fields.
    public init(
        id: String,
        symbol: String,
        exchange: String,
        direction: String,
        entryPrice: String,
        stopLoss: String,
        takeProfit1: String,
        takeProfit2: String,
        takeProfit3: String,
        aiConfidence: Int?,
        baseRate: Int,
        aiTriggers: [SignalTriggerView],
        strategy: SignalStrategyView,
        paper: Bool,
        timeframe: String,
        status: String,
        outcome: String?,
        cancellation: String?,
        resultPnl: Double?,
        minTier: String,
        createdAt: String,
        expiresAt: String,
        closedAt: String?,
        proof: SignalProofView?
    ) {
        self.id = id
        self.symbol = symbol
        self.exchange = exchange
        self.direction = direction
        self.entryPrice = entryPrice
        self.stopLoss = stopLoss
        self.takeProfit1 = takeProfit1
        self.takeProfit2 = takeProfit2
        self.takeProfit3 = takeProfit3
        self.aiConfidence = aiConfidence
        self.baseRate = baseRate
        self.aiTriggers = aiTriggers
        self.strategy = strategy
        self.paper = paper
        self.timeframe = timeframe
        self.status = status
        self.outcome = outcome
        self.cancellation = cancellation
        self.resultPnl = resultPnl
        self.minTier = minTier
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.closedAt = closedAt
        self.proof = proof
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(symbol, forKey: .symbol)
        try container.encode(exchange, forKey: .exchange)
        try container.encode(direction, forKey: .direction)
        try container.encode(entryPrice, forKey: .entryPrice)
        try container.encode(stopLoss, forKey: .stopLoss)
        try container.encode(takeProfit1, forKey: .takeProfit1)
        try container.encode(takeProfit2, forKey: .takeProfit2)
        try container.encode(takeProfit3, forKey: .takeProfit3)
        try container.encodeOrNull(aiConfidence, forKey: .aiConfidence)
        try container.encode(baseRate, forKey: .baseRate)
        try container.encode(aiTriggers, forKey: .aiTriggers)
        try container.encode(strategy, forKey: .strategy)
        try container.encode(paper, forKey: .paper)
        try container.encode(timeframe, forKey: .timeframe)
        try container.encode(status, forKey: .status)
        try container.encodeOrNull(outcome, forKey: .outcome)
        try container.encodeOrNull(cancellation, forKey: .cancellation)
        try container.encodeOrNull(resultPnl, forKey: .resultPnl)
        try container.encode(minTier, forKey: .minTier)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(expiresAt, forKey: .expiresAt)
        try container.encodeOrNull(closedAt, forKey: .closedAt)
        try container.encodeOrNull(proof, forKey: .proof)
    }
}

/// What is shown of a signal to tiers below its own: nothing else of it is said anywhere.
public struct LockedSignalView: Codable, Hashable, Sendable {
    /// A UUID in lower case.
    public var id: String
    /// `BTCUSDT-PERP`.
    public var symbol: String
    /// The first tier that is shown all of it.
    public var minTier: String
    /// Always true.
    public var locked: Bool
    /// ISO 8601.
    public var createdAt: String

    /// Creates one of all its fields.
    public init(
        id: String,
        symbol: String,
        minTier: String,
        locked: Bool,
        createdAt: String
    ) {
        self.id = id
        self.symbol = symbol
        self.minTier = minTier
        self.locked = locked
        self.createdAt = createdAt
    }
}

/// One reason for a signal.
public struct SignalTriggerView: Codable, Hashable, Sendable {
    /// A stable word such as `momentum`.
    public var code: String
    /// In plain words.
    public var label: String
    /// Points of confidence; negative where it speaks against.
    public var weight: Double

    /// Creates one of all its fields.
    public init(
        code: String,
        label: String,
        weight: Double
    ) {
        self.code = code
        self.label = label
        self.weight = weight
    }
}

/// What raised a signal.
public struct SignalStrategyView: Codable, Hashable, Sendable {
    /// What it is called.
    public var name: String
    /// A changed parameter is a new version, with a record of its own.
    public var version: Int

    /// Creates one of all its fields.
    public init(
        name: String,
        version: Int
    ) {
        self.name = name
        self.version = version
    }
}

/// A leaf of the record.
public struct SignalProofView: Codable, Hashable, Sendable {
    /// Its place in the record, from 0 on.
    public var leafIndex: Int64
    /// SHA-256 of a zero byte and the leaf's text, hexadecimal.
    public var leafHash: String

    /// Creates one of all its fields.
    public init(
        leafIndex: Int64,
        leafHash: String
    ) {
        self.leafIndex = leafIndex
        self.leafHash = leafHash
    }
}
