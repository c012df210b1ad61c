/// The features by name, in the order of a row: first those that have a direction, then those that have none.
///
/// A direction's features change their sign for a sell, so that one model serves both sides.
package enum FeatureNames {
    package static let directed: [String] = {
        var names: [String] = []
        for candles in FeatureWindows.moves {
            names += ["move\(candles)", "market\(candles)", "relative\(candles)"]
        }
        names += ["rank4", "rank24", "rank168", "bitcoin1", "bitcoin4", "bitcoin24", "residual24"]
        names += ["place12", "place24", "place72", "place168", "place480"]
        names += ["mean24", "mean200", "strength4", "strength14", "body", "wick", "pressure24", "flow72"]
        names += ["volumeMove", "season", "belowHigh", "aboveLow"]
        return names
    }()

    package static let undirected = [
        "range24", "range168", "volume", "volume4", "volume24", "rangeVolatility", "volatilityDay", "volatilityWeek",
        "candleRange", "risk", "marketVolatility", "relativeVolatility", "hourSine", "hourCosine", "efficiency24",
        "efficiency72", "dispersion", "correlation", "beta", "illiquidity",
    ]

    /// Last in a row: 1 for a buy, −1 for a sell.
    package static let side = "side"

    package static let all = directed + undirected + [side]
}
