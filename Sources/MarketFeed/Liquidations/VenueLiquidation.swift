package import Markets

/// A liquidation, where and when it happened.
package struct VenueLiquidation: Hashable, Sendable {
    package var venue: Venue
    package var liquidation: Liquidation
    /// By the venue's clock.
    package var time: MarketTime

    package init(venue: Venue, liquidation: Liquidation, time: MarketTime) {
        self.venue = venue
        self.liquidation = liquidation
        self.time = time
    }
}

/// How much of what is liquidated a venue tells the public.
package enum LiquidationCompleteness: String, Hashable, Sendable {
    /// Every one.
    case complete
    /// At most one for each symbol and second: sums are lower bounds.
    case sampled

    /// Nil for a venue that publishes none.
    package init?(of venue: Venue) {
        switch venue {
        case .bybit: self = .complete
        case .binance, .okx: self = .sampled
        case .mexc: return nil
        }
    }
}

/// A stretch of time up to now over which liquidations are summed.
package enum LiquidationWindow: String, CaseIterable, Hashable, Sendable {
    case oneHour = "1h"
    case fourHours = "4h"
    case oneDay = "24h"

    /// Whole minutes, the running one among them.
    package var minutes: Int64 {
        switch self {
        case .oneHour: 60
        case .fourHours: 240
        case .oneDay: 1_440
        }
    }
}

/// What was liquidated of one symbol on one venue within a window.
package struct LiquidationTotal: Hashable, Sendable {
    package var venue: Venue
    package var window: LiquidationWindow
    /// Notional of the long and of the short positions that were closed, quote asset.
    package var long: Money
    package var short: Money
    package var completeness: LiquidationCompleteness
    /// Since when the venue was heard without interruption, by our clock; nil while it is not heard.
    ///
    /// What is before that may lack some.
    package var heardFrom: MarketTime?
}
