/// One reason for an alert.
package struct PumpTrigger: Hashable, Sendable {
    /// What kind of reason it is; its name is a stable code.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case rushOrders = "rush_orders"
        case volume
        case tradeCount = "trade_count"
        case price
        case takerImbalance = "taker_imbalance"
        case pattern

        /// In plain words.
        package var label: String {
            switch self {
            case .rushOrders: "Orders that take several others at once"
            case .volume: "More bought than usual"
            case .tradeCount: "More trades than usual"
            case .price: "The price rises faster than usual"
            case .takerImbalance: "Takers are on one side"
            case .pattern: "The order of events"
            }
        }

        /// The kind that a feature speaks for.
        init(feature: String) {
            if feature.hasPrefix("rush") || feature.hasPrefix("longest_order") || feature.hasPrefix("sweep") {
                self = .rushOrders
            } else if feature.hasPrefix("volume") || feature.hasPrefix("bought") || feature.hasPrefix("fill") {
                self = .volume
            } else if feature.hasPrefix("buy_share") || feature.hasPrefix("sell") {
                self = .takerImbalance
            } else if feature.hasPrefix("buy") || feature.hasPrefix("orders") || feature.hasPrefix("sizes") {
                self = .tradeCount
            } else if ["return", "rise", "above", "move", "fall"].contains(where: feature.hasPrefix) {
                self = .price
            } else {
                self = .pattern
            }
        }
    }

    package let kind: Kind
    /// Its part of all that spoke for the alert, 0…1.
    package let weight: Double

    package init(kind: Kind, weight: Double) {
        self.kind = kind
        self.weight = weight
    }
}

extension PumpModel {
    private static let kinds = PumpFeatures.names.map(PumpTrigger.Kind.init(feature:))

    /// What spoke for an alert, heaviest first; the weights add up to 1.
    package func triggers(_ features: borrowing PumpFeatures) -> [PumpTrigger] {
        var sums: [PumpTrigger.Kind: Double] = [:]
        for (kind, part) in zip(Self.kinds, parts(features)) where part > 0 { sums[kind, default: 0] += Double(part) }
        let total = sums.values.reduce(0, +)
        guard total > 0 else { return [] }
        return PumpTrigger.Kind.allCases
            .compactMap { kind in sums[kind].map { PumpTrigger(kind: kind, weight: $0 / total) } }
            .sorted { $0.weight > $1.weight }
    }
}
