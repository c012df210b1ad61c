/// One tree of a boosted model: questions of the shape "is this feature at most that?", and a leaf's value at the end.
///
/// A child that is not negative is a node, −1 − n is leaf n; a tree without nodes is its one leaf.
package struct DecisionTree: Codable, Hashable, Sendable {
    /// By node: which feature of the row.
    private let features: [Int]
    private let thresholds: [Double]
    /// Where to go for at most the threshold, and for more.
    private let left: [Int]
    private let right: [Int]
    /// Log-odds, by leaf.
    private let leaves: [Double]
    /// Mean of the leaves below, weighted by what they were trained on, by node.
    private let means: [Double]

    /// Short, since a model has thousands of nodes.
    private enum CodingKeys: String, CodingKey {
        case features = "f"
        case thresholds = "t"
        case left = "l"
        case right = "r"
        case leaves = "v"
        case means = "m"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        features = try values.decode([Int].self, forKey: .features)
        thresholds = try values.decode([Double].self, forKey: .thresholds)
        left = try values.decode([Int].self, forKey: .left)
        right = try values.decode([Int].self, forKey: .right)
        leaves = try values.decode([Double].self, forKey: .leaves)
        means = try values.decode([Double].self, forKey: .means)
        guard isSound else {
            throw DecodingError.dataCorruptedError(forKey: .left, in: values, debugDescription: "a tree is not one")
        }
    }

    /// Whether every walk ends at a leaf: nodes point only to later nodes.
    private var isSound: Bool {
        let count = features.count
        guard [thresholds.count, left.count, right.count, means.count].allSatisfy({ $0 == count }),
            leaves.count == count + 1, features.allSatisfy({ $0 >= 0 })
        else { return false }
        return (0..<count).allSatisfy { node in
            [left[node], right[node]].allSatisfy { child in
                child >= 0 ? child > node && child < count : -1 - child < leaves.count
            }
        }
    }

    /// The largest feature that is asked for; −1 where none is.
    var lastFeature: Int { features.max() ?? -1 }

    /// What the tree says of a row that nobody has looked at.
    var baseline: Double { means.first ?? leaves[0] }

    /// What the tree says of a row.
    func value(_ row: [Double]) -> Double {
        var place = features.isEmpty ? -1 : 0
        while place >= 0 { place = row[features[place]] <= thresholds[place] ? left[place] : right[place] }
        return leaves[-1 - place]
    }

    /// Adds to each feature what its answers moved; all together they move the baseline to the value.
    func explain(_ row: [Double], into moved: inout [Double]) {
        var place = features.isEmpty ? -1 : 0
        while place >= 0 {
            let feature = features[place]
            let next = row[feature] <= thresholds[place] ? left[place] : right[place]
            moved[feature] += (next >= 0 ? means[next] : leaves[-1 - next]) - means[place]
            place = next
        }
    }
}
