package import Indicators

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

extension TradePlan {
    /// Whether its distances are above zero and its stop above a price of zero.
    ///
    /// - Throws: ``IndicatorError/factorOutOfRange(_:)``, naming the figure.
    package func check() throws(IndicatorError) {
        for part in [stop, trail ?? 0.5] + targets.map(\.share) where !(part > 0 && part <= 1) {
            throw .factorOutOfRange(part)
        }
        guard stop < 1, trail ?? 0 < 1 else { throw .factorOutOfRange(max(stop, trail ?? 0)) }
        var least = 0.0
        for target in targets {
            guard target.distance > least, target.distance.isFinite else { throw .factorOutOfRange(target.distance) }
            least = target.distance
        }
        if let longestCandles, longestCandles < 1 { throw .periodOutOfRange(longestCandles) }
    }

    /// Its figures, for the identity of a strategy that trades by it.
    var parameters: [StrategyIdentity.Parameter] {
        var parameters: [StrategyIdentity.Parameter] = [.init("stop", stop)]
        for (index, target) in targets.enumerated() {
            let number = targets.count == 1 ? "" : " \(index + 1)"
            parameters.append(.init("target" + number, target.distance))
            if targets.count > 1 { parameters.append(.init("share" + number, target.share)) }
        }
        if breakevenAfterFirstTarget { parameters.append(.init("breakeven", 1)) }
        if let trail { parameters.append(.init("trail", trail)) }
        if let longestCandles { parameters.append(.init("candles at most", Double(longestCandles))) }
        return parameters
    }
}
