/// A reason for a signal: a code, and by how many points of confidence it moved it.
package struct SignalTrigger: Hashable, Sendable {
    package enum Code: String, CaseIterable, Hashable, Sendable {
        case momentum, trend, relativeStrength = "relative_strength", market, leader
        case pricePosition = "price_position"
        case volume, volatility, season, candle

        /// What a reader is shown.
        package var label: String {
            switch self {
            case .momentum: "Momentum"
            case .trend: "Trend"
            case .relativeStrength: "Relative strength"
            case .market: "Market"
            case .leader: "Bitcoin"
            case .pricePosition: "Position in the range"
            case .volume: "Volume and flow"
            case .volatility: "Volatility"
            case .season: "Time of day"
            case .candle: "Last candle"
            }
        }

        /// The code that a feature counts for.
        init(feature: String) {
            let stem = feature.prefix { !$0.isNumber }
            switch stem {
            case "move": self = .momentum
            case "mean", "efficiency": self = .trend
            case "relative", "rank", "residual": self = .relativeStrength
            case "market", "marketVolatility", "dispersion", "correlation", "beta", "side": self = .market
            case "bitcoin": self = .leader
            case "place", "belowHigh", "aboveLow", "strength": self = .pricePosition
            case "volume", "volumeMove", "pressure", "flow", "illiquidity": self = .volume
            case "season", "hourSine", "hourCosine": self = .season
            case "body", "wick", "candleRange": self = .candle
            default: self = .volatility
            }
        }
    }

    package let code: Code
    /// In hundredths of a point of confidence, with its sign.
    package let weight: Int

    package init(code: Code, weight: Int) {
        self.code = code
        self.weight = weight
    }

    private static let codes = FeatureNames.all.map(Code.init(feature:))

    /// The reasons of a rating, the strongest first.
    ///
    /// Their weights add up to what the features moved the probability, to the last hundredth: the odds' parts are scaled
    /// to it, rounded down, and what is left over goes to those that lost most by it.
    static func reasons(_ rating: SignalModel.Rating) -> [SignalTrigger] {
        var moved: [Code: Double] = [:]
        for (code, value) in zip(codes, rating.moved) { moved[code, default: 0] += value }
        let odds = Code.allCases.reduce(0) { $0 + (moved[$1] ?? 0) }
        let total = Int((10_000 * rating.probability).rounded()) - Int((10_000 * rating.baseline).rounded())
        // Odds that cancel out to next to nothing cannot be scaled to a total.
        guard total != 0, odds.magnitude > 1e-9 else { return [] }
        let exact = Code.allCases.map { (code: $0, points: (moved[$0] ?? 0) / odds * Double(total)) }
        var weights = exact.map {
            (code: $0.code, weight: Int($0.points.rounded(.down)), lost: $0.points.rounded(.down))
        }
        for index in weights.indices { weights[index].lost = exact[index].points - weights[index].lost }
        let missing = total - weights.reduce(0) { $0 + $1.weight }
        let order = weights.indices.sorted { (weights[$0].lost, $1) > (weights[$1].lost, $0) }
        for index in order.prefix(max(0, missing)) { weights[index].weight += 1 }
        return weights.filter { $0.weight != 0 }
            .map { SignalTrigger(code: $0.code, weight: $0.weight) }
            .sorted { ($0.weight.magnitude, $1.code.rawValue) > ($1.weight.magnitude, $0.code.rawValue) }
    }
}
