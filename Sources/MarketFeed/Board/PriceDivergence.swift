import Markets

/// Whether one venue's price belongs with that of the others.
///
/// A venue that is further than 25 % from where the others are does not count while it is. When that lasts for 30
/// seconds the venue is set apart, and comes back only after ten minutes without straying: the price of another coin
/// under the same ticker crosses that of the first now and then.
struct PriceDivergence: Hashable, Sendable {
    static let patienceMilliseconds: Int64 = 30_000
    static let probationMilliseconds: Int64 = 600_000

    private enum Standing: Hashable, Sendable {
        case together
        case straying(since: MarketTime)
        case apart
        case agreeing(since: MarketTime)
    }

    private var standing = Standing.together

    var isApart: Bool {
        switch standing {
        case .together, .straying: false
        case .apart, .agreeing: true
        }
    }

    /// Takes one comparison with the others.
    ///
    /// - Returns: whether ``isApart`` has changed.
    mutating func judge(isFar: Bool, at now: MarketTime) -> Bool {
        let was = isApart
        switch (standing, isFar) {
        case (.together, true): standing = .straying(since: now)
        case (.straying, false): standing = .together
        case (.straying(let since), true) where now.since(since) > Self.patienceMilliseconds: standing = .apart
        case (.apart, false): standing = .agreeing(since: now)
        case (.agreeing, true): standing = .apart
        case (.agreeing(let since), false) where now.since(since) > Self.probationMilliseconds: standing = .together
        case (.together, false), (.straying, true), (.apart, true), (.agreeing, false): break
        }
        return isApart != was
    }

    /// Whether the price is more than a quarter of the reference away from it.
    static func isFar(_ price: Price, from reference: Price) -> Bool {
        (price.value.units - reference.value.units).magnitude > reference.value.units.magnitude / 4
    }

    /// The price at which half of the weight is reached, cheapest first; nil for nothing.
    ///
    /// The weights are volumes; without any, all count equally.
    static func median(of prices: [(price: Price, weight: Money)]) -> Price? {
        let sorted = prices.sorted { $0.price < $1.price }
        let weights = sorted.map { $0.weight.value.double }
        let total = weights.reduce(0, +)
        guard total > 0 else { return sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2].price }
        var sum = 0.0
        for (one, weight) in zip(sorted, weights) {
            sum += weight
            if sum * 2 >= total { return one.price }
        }
        return sorted.last?.price
    }
}
