/// `POST /api/v1/market/liquidations/calculate`: where a venue would close a position by force.
public struct LiquidationAnswerView: Codable, Hashable, Sendable {
    /// The mark price; a decimal string, null where no price above zero liquidates.
    public var liquidationPrice: String?
    /// Where nothing is left of what stands behind the position, fees left out; null where there is no such price.
    public var bankruptcyPrice: String?
    /// Of the tier that holds there, 0.004 for 0.4 %.
    public var maintenanceMarginRate: Double
    /// What the tier takes off the maintenance margin again; asset of settlement.
    public var maintenanceAmount: String
    /// From 1 on.
    public var tier: Int
    /// What the venue allows for the notional at the entry.
    public var maxLeverage: Int
    /// What the leverage asks for, else the margin; null where neither was given.
    public var initialMargin: String?
    /// From the mark price, or from the entry where none was given, to the liquidation; null without one.
    public var distancePercent: Double?
    /// What was reckoned with.
    public var takerFeePercent: Double
    /// Names the table of tiers; one that shipped is never edited.
    public var tiersVersion: String
    /// Who says so, and of when; begins with `assumed` where the venue's own table is not known.
    public var tiersSource: String

    /// Creates one of all its fields.
    public init(
        liquidationPrice: String?,
        bankruptcyPrice: String?,
        maintenanceMarginRate: Double,
        maintenanceAmount: String,
        tier: Int,
        maxLeverage: Int,
        initialMargin: String?,
        distancePercent: Double?,
        takerFeePercent: Double,
        tiersVersion: String,
        tiersSource: String
    ) {
        self.liquidationPrice = liquidationPrice
        self.bankruptcyPrice = bankruptcyPrice
        self.maintenanceMarginRate = maintenanceMarginRate
        self.maintenanceAmount = maintenanceAmount
        self.tier = tier
        self.maxLeverage = maxLeverage
        self.initialMargin = initialMargin
        self.distancePercent = distancePercent
        self.takerFeePercent = takerFeePercent
        self.tiersVersion = tiersVersion
        self.tiersSource = tiersSource
    }

    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeOrNull(liquidationPrice, forKey: .liquidationPrice)
        try container.encodeOrNull(bankruptcyPrice, forKey: .bankruptcyPrice)
        try container.encode(maintenanceMarginRate, forKey: .maintenanceMarginRate)
        try container.encode(maintenanceAmount, forKey: .maintenanceAmount)
        try container.encode(tier, forKey: .tier)
        try container.encode(maxLeverage, forKey: .maxLeverage)
        try container.encodeOrNull(initialMargin, forKey: .initialMargin)
        try container.encodeOrNull(distancePercent, forKey: .distancePercent)
        try container.encode(takerFeePercent, forKey: .takerFeePercent)
        try container.encode(tiersVersion, forKey: .tiersVersion)
        try container.encode(tiersSource, forKey: .tiersSource)
    }
}
