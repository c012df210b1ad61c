import Indicators

/// How a strategy's positions are left: a ``TradePlan`` for each, made at the close of its signal's candle.
package struct ExitRules: Hashable, Sendable {
    /// How far from the entry.
    package enum Distance: Hashable, Sendable {
        /// Part of the price: 0.02 for two percent.
        case part(Double)
        /// Multiple of the average true range of 14 candles.
        case ranges(Double)
        /// Multiple of the stop's distance; a stop itself has none.
        case risks(Double)
    }

    package struct Target: Hashable, Sendable {
        package var distance: Distance
        /// Part of the position at its start.
        package var share: Double

        package init(distance: Distance, share: Double) {
            self.distance = distance
            self.share = share
        }
    }

    package var stop: Distance
    /// Nearest first.
    package var targets: [Target]
    package var breakevenAfterFirstTarget = false
    package var trail: Distance?
    package var longestCandles: Int?

    package init(stop: Distance, targets: [Target]) {
        self.stop = stop
        self.targets = targets
    }

    /// One target for the whole position, both distances as parts of the price.
    package init(stop: Double, target: Double) {
        self.init(stop: .part(stop), targets: [Target(distance: .part(target), share: 1)])
    }

    /// The plan at a close; nil where its distances make none, as a stop below a price of zero.
    ///
    /// - Parameters:
    ///   - side: of the position.
    ///   - close: of the signal's candle.
    ///   - range: the average true range there, when ``needRange``.
    /// - Returns: what the simulator follows.
    func plan(_ side: TradePlan.Side, close: Double, range: Double?) -> TradePlan? {
        func part(_ distance: Distance, stop: Double) -> Double? {
            switch distance {
            case .part(let part): part
            case .ranges(let multiple): range.map { multiple * $0 / close }
            case .risks(let multiple): multiple * stop
            }
        }
        guard let stop = part(stop, stop: 0) else { return nil }
        var plan = TradePlan(side: side, stop: stop)
        for target in targets {
            guard let distance = part(target.distance, stop: stop) else { return nil }
            plan.targets.append(TradePlan.Target(distance: distance, share: target.share))
        }
        if let trail {
            guard let distance = part(trail, stop: stop) else { return nil }
            plan.trail = distance
        }
        plan.breakevenAfterFirstTarget = breakevenAfterFirstTarget
        plan.longestCandles = longestCandles
        return plan.isSound ? plan : nil
    }

    /// Whether any distance is told in average true ranges.
    var needRange: Bool {
        ([stop] + targets.map(\.distance) + (trail.map { [$0] } ?? [])).contains { distance in
            if case .ranges = distance { true } else { false }
        }
    }

    /// Whether every figure makes sense by itself and beside the others.
    ///
    /// - Throws: ``IndicatorError``, naming the figure at fault.
    func check() throws(IndicatorError) {
        for distance in [stop] + targets.map(\.distance) + (trail.map { [$0] } ?? []) {
            guard distance.figure > 0, distance.figure.isFinite else { throw .factorOutOfRange(distance.figure) }
        }
        for share in targets.map(\.share) where !(share > 0 && share <= 1) { throw .factorOutOfRange(share) }
        if let longestCandles, longestCandles < 1 { throw .periodOutOfRange(longestCandles) }
        if case .risks(let multiple) = stop { throw .factorOutOfRange(multiple) }
        // A range of a hundredth stands for any: what is told in one unit is compared, and nothing else.
        guard plan(.long, close: 100, range: 1) != nil else { throw .factorOutOfRange(stop.figure) }
    }

    /// For the identity of the strategy that keeps to them.
    var parameters: [StrategyIdentity.Parameter] {
        var parameters = [stop.parameter("stop")]
        for (index, target) in targets.enumerated() {
            let number = targets.count == 1 ? "" : " \(index + 1)"
            parameters.append(target.distance.parameter("target" + number))
            if targets.count > 1 { parameters.append(.init("share" + number, target.share)) }
        }
        if breakevenAfterFirstTarget { parameters.append(.init("breakeven", 1)) }
        if let trail { parameters.append(trail.parameter("trail")) }
        if let longestCandles { parameters.append(.init("candles at most", Double(longestCandles))) }
        return parameters
    }
}

extension ExitRules.Distance {
    fileprivate var figure: Double {
        switch self {
        case .part(let figure), .ranges(let figure), .risks(let figure): figure
        }
    }

    fileprivate func parameter(_ name: String) -> StrategyIdentity.Parameter {
        switch self {
        case .part(let part): .init(name, part)
        case .ranges(let multiple): .init(name + ", ATR", multiple)
        case .risks(let multiple): .init(name + ", R", multiple)
        }
    }
}

extension TradePlan {
    /// Whether every distance lies above zero, the stop above a price of zero, and each target beyond the one before.
    fileprivate var isSound: Bool {
        guard stop > 0, stop < 1, trail.map({ $0 > 0 && $0 < 1 }) ?? true else { return false }
        return zip([0] + targets.map(\.distance), targets.map(\.distance)).allSatisfy { $0 < $1 && $1.isFinite }
    }
}
