/// How a position is opened, and how it is left in parts.
package struct TradePlan: Hashable, Sendable {
    package enum Side: Int, Hashable, Sendable {
        case long = 1
        case short = -1

        @inline(__always)
        var sign: Double { self == .long ? 1 : -1 }
    }

    /// A price to take a part of the profit at.
    package struct Target: Hashable, Sendable {
        /// Distance from the entry as a part of it, above 0.
        package var distance: Double
        /// Part of the position at its start, above 0; a last target takes what is left.
        package var share: Double

        package init(distance: Double, share: Double) {
            self.distance = distance
            self.share = share
        }
    }

    package var side: Side
    /// Distance of the stop from the entry as a part of it: 0.02 for two percent; above 0.
    package var stop: Double
    /// Nearest first; none leaves the exit to the stop, the trail and the strategy.
    package var targets: [Target]
    /// Once the first target is filled, the stop moves to the entry, from the next candle on.
    package var breakevenAfterFirstTarget: Bool
    /// Distance of a stop that follows the best price of closed candles, as a part of that price.
    package var trail: Double?
    /// Candles after which what is left is sold at the close.
    package var longestCandles: Int?
    /// The strategy's probability that the first target comes before the stop, 0…1.
    package var confidence: Double?

    package init(
        side: Side,
        stop: Double,
        targets: [Target] = [],
        breakevenAfterFirstTarget: Bool = false,
        trail: Double? = nil,
        longestCandles: Int? = nil,
        confidence: Double? = nil
    ) {
        self.side = side
        self.stop = stop
        self.targets = targets
        self.breakevenAfterFirstTarget = breakevenAfterFirstTarget
        self.trail = trail
        self.longestCandles = longestCandles
        self.confidence = confidence
    }
}
