import Foundation

/// What was learnt from the past up to some moment: a row of features goes in, a calibrated probability comes out.
package struct SignalModel: Codable, Hashable, Sendable {
    /// In force from this open time of a candle on, milliseconds since 1970.
    package let from: Int64
    /// No outcome that was trained on was decided after this moment.
    package let trainedUntil: Int64
    /// Rows that were trained on, and the part of them whose first target came before the stop.
    package let trainedRows: Int
    package let baseRate: Double
    /// The probability is the logistic function of slope × (log-odds − baseline) + intercept.
    let slope: Double
    let intercept: Double
    let trees: [DecisionTree]

    /// The probability, and what of it each feature moved.
    package struct Rating: Hashable, Sendable {
        /// That the first target comes before the stop, 0…1.
        package let probability: Double
        /// The same before any feature is looked at.
        package let baseline: Double
        /// By feature, in log-odds; together they lead from the baseline to the probability.
        package let moved: [Double]
    }

    /// The probability alone.
    package func probability(_ row: [Double]) -> Double {
        var total = 0.0
        for tree in trees { total += tree.value(row) - tree.baseline }
        return Self.logistic(slope * total + intercept)
    }

    /// The probability with its reasons.
    package func rate(_ row: [Double]) -> Rating {
        var moved = [Double](repeating: 0, count: row.count)
        for tree in trees { tree.explain(row, into: &moved) }
        return Rating(
            probability: probability(row),
            baseline: Self.logistic(intercept),
            moved: moved.map { slope * $0 }
        )
    }

    static func logistic(_ logOdds: Double) -> Double { 1 / (1 + exp(-logOdds)) }
}
