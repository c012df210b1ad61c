package import Foundation
package import Markets

/// One pump: a market that a crowd or its organisers push up, from the alert to its end.
package struct Pump: Hashable, Sendable, Identifiable {
    /// How far it has come; only forwards.
    package enum Status: String, CaseIterable, Hashable, Sendable {
        /// The price rises.
        case started
        /// Half a minute without a higher price.
        case peaked
        /// A third of the rise is lost.
        case dumping
        /// Trading is as before, most of the rise is lost, or two hours have passed.
        case ended
    }

    package let id: UUID
    package let symbol: Symbol
    package let venue: Venue
    /// What gave it away, heaviest first.
    package let triggers: [PumpTrigger]
    /// The alert's distance to the threshold, 0 at it.
    package let score: Double
    /// Quote asset bought in the ten seconds before the alert, over what is usual in ten.
    package let volumeRatio: Double
    package let startedAt: MarketTime
    /// The lowest price of the minute before the alert.
    package let priceAtStart: Price
    package var peakPrice: Price
    package var status: Status
    /// Found when the price had fallen from its peak already.
    package let isLate: Bool
    package var endedAt: MarketTime?

    package init(
        id: UUID,
        symbol: Symbol,
        venue: Venue,
        triggers: [PumpTrigger],
        score: Double,
        volumeRatio: Double,
        startedAt: MarketTime,
        priceAtStart: Price,
        peakPrice: Price,
        status: Status,
        isLate: Bool,
        endedAt: MarketTime? = nil
    ) {
        self.id = id
        self.symbol = symbol
        self.venue = venue
        self.triggers = triggers
        self.score = score
        self.volumeRatio = volumeRatio
        self.startedAt = startedAt
        self.priceAtStart = priceAtStart
        self.peakPrice = peakPrice
        self.status = status
        self.isLate = isLate
        self.endedAt = endedAt
    }

    /// From the price at the start to the peak so far, in percent.
    package var changePercent: Double {
        (peakPrice.value.double / priceAtStart.value.double - 1) * 100
    }
}
