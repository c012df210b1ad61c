/// When a candle is worth a signal's while: conditions on features, all of which must hold.
///
/// A value with a name and a version. Whoever changes a condition raises the version, and with it begins a new record;
/// ``fingerprint`` is what tests hold that to.
package struct SignalStrategy: Hashable, Sendable {
    package let name: String
    package let version: Int
    /// Whether its walk forward has not cleared the gate: its signals are shown as paper, and say so.
    package let isPaper: Bool
    /// The least probability that is published; below it a candidate is rated and kept to ourselves.
    package let leastProbability: Double
    let conditions: [Condition]

    /// One feature as seen from the side of the trade, and the values it may have.
    struct Condition: Hashable, Sendable {
        let feature: String
        let range: ClosedRange<Double>
        private let index: Int

        init(_ feature: String, _ range: ClosedRange<Double>) {
            guard let index = FeatureNames.all.firstIndex(of: feature) else {
                preconditionFailure("a condition on a feature that there is not")
            }
            self.feature = feature
            self.range = range
            self.index = index
        }

        func holds(_ row: [Double]) -> Bool { range.contains(row[index]) }
    }

    init(
        _ name: String,
        version: Int,
        isPaper: Bool,
        leastProbability: Double,
        _ conditions: [Condition] = []
    ) {
        self.name = name
        self.version = version
        self.isPaper = isPaper
        self.leastProbability = leastProbability
        self.conditions = conditions
    }

    /// Whether the row of one direction is a candidate.
    func isCandidate(_ row: [Double]) -> Bool { conditions.allSatisfy { $0.holds(row) } }

    /// Everything that decides on its signals, as text.
    package var fingerprint: String {
        let parts = conditions.map { "\($0.feature) \($0.range.lowerBound) \($0.range.upperBound)" }
        return (["\(name) \(version) \(leastProbability)"] + parts).joined(separator: "; ")
    }
}
