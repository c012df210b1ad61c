/// `GET /api/v1/signals/:id/plan`: how much to trade so that the stop loses what was chosen, and no more.
public struct SignalPlanView: Codable, Hashable, Sendable {
    /// The signal that is planned for, or that was judged.
    public var signalId: String
    /// Whose margin rules were used.
    public var exchange: String
    /// `buy` or `sell`.
    public var direction: String
    /// A decimal string, as all amounts.
    public var entryPrice: String
    /// A decimal string.
    public var stopLoss: String
    /// As asked for.
    public var balance: String
    /// Of the balance, as asked for.
    public var riskPercent: Double
    /// What that is.
    public var riskAmount: String
    /// Base asset, in whole steps of the venue's.
    public var quantity: String
    /// The smallest change of a quantity on the venue.
    public var quantityStep: String
    /// At the entry.
    public var notional: String
    /// With fees and slippage, at most the risk amount and less than one step short of it.
    public var lossAtStop: String
    /// The highest whole one at which the stop comes first.
    public var leverage: Int
    /// What the venue allows for this notional.
    public var maxLeverage: Int
    /// What the position ties up at that leverage, isolated.
    public var margin: String
    /// Null where no price liquidates.
    public var liquidationPrice: String?
    /// Of each fill, as in every result.
    public var feePercent: Double
    /// Of each fill at the market, as in every result.
    public var slippagePercent: Double
    /// How far beyond the stop, in percent of it, the market may be when the stop is filled, and still not have liquidated.
    public var stopBufferPercent: Double
    /// 0.004 for 0.4 %.
    public var maintenanceRate: Double
    /// What the tier takes off the maintenance margin again.
    public var maintenanceAmount: String
    /// From 1 on.
    public var tier: Int
    /// Names the table of tiers; one that shipped is never edited.
    public var tiersVersion: String
    /// Who says so, and of when; begins with `assumed` where the venue's own table is not known.
    public var tiersSource: String
    /// `balance` where the margin would not have sufficed for the whole risk, `tier` where the venue's table ends; else null.
    public var limitedBy: String?

    /// Creates one of all its fields.
    public init(
        signalId: String,
        exchange: String,
        direction: String,
        entryPrice: String,
        stopLoss: String,
        balance: String,
        riskPercent: Double,
        riskAmount: String,
        quantity: String,
        quantityStep: String,
        notional: String,
        lossAtStop: String,
        leverage: Int,
        maxLeverage: Int,
        margin: String,
        liquidationPrice: String?,
        feePercent: Double,
        slippagePercent: Double,
        stopBufferPercent: Double,
        maintenanceRate: Double,
        maintenanceAmount: String,
        tier: Int,
        tiersVersion: String,
        tiersSource: String,
        limitedBy: String?
    ) {
        self.signalId = signalId
        self.exchange = exchange
        self.direction = direction
        self.entryPrice = entryPrice
        self.stopLoss = stopLoss
        self.balance = balance
        self.riskPercent = riskPercent
        self.riskAmount = riskAmount
        self.quantity = quantity
        self.quantityStep = quantityStep
        self.notional = notional
        self.lossAtStop = lossAtStop
        self.leverage = leverage
        self.maxLeverage = maxLeverage
        self.margin = margin
        self.liquidationPrice = liquidationPrice
        self.feePercent = feePercent
        self.slippagePercent = slippagePercent
        self.stopBufferPercent = stopBufferPercent
        self.maintenanceRate = maintenanceRate
        self.maintenanceAmount = maintenanceAmount
        self.tier = tier
        self.tiersVersion = tiersVersion
        self.tiersSource = tiersSource
        self.limitedBy = limitedBy
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(signalId, forKey: .signalId)
        try container.encode(exchange, forKey: .exchange)
        try container.encode(direction, forKey: .direction)
        try container.encode(entryPrice, forKey: .entryPrice)
        try container.encode(stopLoss, forKey: .stopLoss)
        try container.encode(balance, forKey: .balance)
        try container.encode(riskPercent, forKey: .riskPercent)
        try container.encode(riskAmount, forKey: .riskAmount)
        try container.encode(quantity, forKey: .quantity)
        try container.encode(quantityStep, forKey: .quantityStep)
        try container.encode(notional, forKey: .notional)
        try container.encode(lossAtStop, forKey: .lossAtStop)
        try container.encode(leverage, forKey: .leverage)
        try container.encode(maxLeverage, forKey: .maxLeverage)
        try container.encode(margin, forKey: .margin)
        try container.encodeOrNull(liquidationPrice, forKey: .liquidationPrice)
        try container.encode(feePercent, forKey: .feePercent)
        try container.encode(slippagePercent, forKey: .slippagePercent)
        try container.encode(stopBufferPercent, forKey: .stopBufferPercent)
        try container.encode(maintenanceRate, forKey: .maintenanceRate)
        try container.encode(maintenanceAmount, forKey: .maintenanceAmount)
        try container.encode(tier, forKey: .tier)
        try container.encode(tiersVersion, forKey: .tiersVersion)
        try container.encode(tiersSource, forKey: .tiersSource)
        try container.encodeOrNull(limitedBy, forKey: .limitedBy)
    }
}
