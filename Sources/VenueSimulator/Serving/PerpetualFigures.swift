package import Markets

/// What a venue tells of a perpetual besides its trading.
package struct PerpetualFigures: Hashable, Sendable {
    package var markPrice: Price
    package var indexPrice: Price
    /// A fraction of the notional, paid at the next settlement.
    package var fundingRate: FixedPoint
    package var nextFunding: MarketTime
    /// As the market counts quantities: contracts or base asset.
    package var openInterest: Quantity
}

/// The figures of one perpetual over time; a value, so that history is worked out outside any lock.
package protocol PerpetualSeries: Sendable {
    func figures(at time: MarketTime) -> PerpetualFigures
    /// What was paid at a settlement, a multiple of ``PerpetualFundingTimes/hours`` hours.
    func fundingRate(at settlement: MarketTime) -> FixedPoint
    func openInterest(at time: MarketTime) -> Quantity
}

/// When funding is paid on every venue: each eight hours from midnight UTC.
enum PerpetualFundingTimes {
    static let hours: Int64 = 8
    private static var length: Int64 { hours * 3_600_000 }

    /// The first settlement after a moment.
    static func next(after time: MarketTime) -> MarketTime {
        MarketTime(milliseconds: (time.milliseconds / length + 1) * length)
    }

    /// The last `count` settlements up to a moment, newest first.
    static func last(_ count: Int, upTo time: MarketTime) -> [MarketTime] {
        let newest = time.milliseconds / length
        return (0..<Int64(count)).map { MarketTime(milliseconds: (newest - $0) * length) }
    }
}
