package import Accounts
package import Foundation
package import Markets

/// A signal as it is published.
package struct Signal: Hashable, Sendable, Identifiable {
    package let id: UUID
    package let symbol: Symbol
    package let venue: Venue
    package let levels: SignalLevels
    /// 0…100; nil until enough outcomes back it.
    package let confidence: Int?
    /// How often the first target came before the stop in what the model was trained on, in percent: what the
    /// confidence is to be compared with.
    package let baseRate: Int
    package let triggers: [SignalTrigger]
    package let strategy: Strategy
    package let timeframe: CandleInterval
    package let minTier: Tier
    package let costs: SignalCosts
    /// The moment the candle closed that raised it.
    package let createdAt: MarketTime
    package let expiresAt: MarketTime

    package struct Strategy: Hashable, Sendable {
        package let name: String
        package let version: Int
        /// Its walk forward has not cleared the gate.
        package let isPaper: Bool

        package init(name: String, version: Int, isPaper: Bool) {
            self.name = name
            self.version = version
            self.isPaper = isPaper
        }
    }

    package init(
        id: UUID,
        symbol: Symbol,
        venue: Venue,
        levels: SignalLevels,
        confidence: Int?,
        baseRate: Int,
        triggers: [SignalTrigger],
        strategy: Strategy,
        timeframe: CandleInterval,
        minTier: Tier,
        costs: SignalCosts = .standard,
        createdAt: MarketTime,
        expiresAt: MarketTime
    ) {
        self.id = id
        self.symbol = symbol
        self.venue = venue
        self.levels = levels
        self.confidence = confidence
        self.baseRate = baseRate
        self.triggers = triggers
        self.strategy = strategy
        self.timeframe = timeframe
        self.minTier = minTier
        self.costs = costs
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// Its course for who hears of it at some time; everybody's own is that from its birth on.
    package func course(from start: MarketTime) -> SignalCourse {
        SignalCourse(levels: levels, bornAt: start, expiresAt: expiresAt, costs: costs)
    }
}
