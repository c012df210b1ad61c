/// What signals brought that have ended, whatever they were.
///
/// Every figure can be computed anew from the history: sums run from the oldest to the newest, in 64-bit floating-point
/// numbers, in the order of the formulas below. Cancelled signals were never entered and are not among them.
package struct SignalStatistics: Hashable, Sendable {
    package let count: Int
    /// Those whose first target was reached before the stop; all others are losses, whatever they brought.
    package let wins: Int
    package var losses: Int { count - wins }
    /// Wins by count; nil without signals.
    package let winRate: Double?
    /// Wilson's interval at 95 %.
    package let winRateInterval: ClosedRange<Double>?
    /// Mean result in percent.
    package let averagePercent: Double?
    /// Mean of result by risk.
    package let expectancyR: Double?
    /// What the gains add up to, by what the losses do; nil where nothing was lost.
    package let profitFactor: Double?
    /// The deepest fall of the sum of results from its highest so far, in percent points.
    package let maxDrawdown: Double
    package let calibration: [CalibrationBin]
    /// Mean squared distance of the confidence from what came, over those that had one.
    package let brierScore: Double?

    /// Signals whose confidence lay in a tenth of 0…100.
    package struct CalibrationBin: Hashable, Sendable {
        package let from: Int
        /// Not in it, but for 100.
        package let to: Int
        package let count: Int
        /// Mean confidence, 0…1.
        package let predicted: Double
        /// Part of them that won.
        package let observed: Double

        package init(from: Int, to: Int, count: Int, predicted: Double, observed: Double) {
            self.from = from
            self.to = to
            self.count = count
            self.predicted = predicted
            self.observed = observed
        }
    }

    /// - Parameter results: oldest end first.
    package init(_ results: [SignalResult]) {
        count = results.count
        let wins = results.count { $0.outcome.isWin }
        self.wins = wins
        let total = Double(results.count)
        winRate = results.isEmpty ? nil : Double(wins) / total
        winRateInterval = Self.wilson(wins: wins, of: results.count)
        averagePercent = results.isEmpty ? nil : results.reduce(0) { $0 + $1.resultPercent } / total
        expectancyR = results.isEmpty ? nil : results.reduce(0) { $0 + $1.resultPercent / $1.riskPercent } / total
        let gained = results.reduce(0) { $0 + max($1.resultPercent, 0) }
        let lost = results.reduce(0) { $0 - min($1.resultPercent, 0) }
        profitFactor = lost > 0 ? gained / lost : nil
        maxDrawdown = Self.drawdown(results)
        let rated = results.compactMap { result in
            result.confidence.map { (confidence: $0, came: result.outcome.isWin ? 1.0 : 0) }
        }
        calibration = Self.bins(rated)
        brierScore =
            rated.isEmpty
            ? nil
            : rated.reduce(0) { sum, one in
                let distance = Double(one.confidence) / 100 - one.came
                return sum + distance * distance
            } / Double(rated.count)
    }

    /// The interval of a proportion at z = 1.96.
    ///
    /// - Source: E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, 1927.
    static func wilson(wins: Int, of count: Int) -> ClosedRange<Double>? {
        guard count > 0 else { return nil }
        let z = 1.96
        let total = Double(count)
        let rate = Double(wins) / total
        let middle = (rate + z * z / (2 * total)) / (1 + z * z / total)
        let spread = rate * (1 - rate) / total + z * z / (4 * total * total)
        let half = z * spread.squareRoot() / (1 + z * z / total)
        return max(0, middle - half)...min(1, middle + half)
    }

    private static func drawdown(_ results: [SignalResult]) -> Double {
        var sum = 0.0
        var highest = 0.0
        var deepest = 0.0
        for result in results {
            sum += result.resultPercent
            highest = max(highest, sum)
            deepest = max(deepest, highest - sum)
        }
        return deepest
    }

    private static func bins(_ rated: [(confidence: Int, came: Double)]) -> [CalibrationBin] {
        (0..<10).compactMap { tenth in
            let part = rated.filter { min($0.confidence / 10, 9) == tenth }
            guard !part.isEmpty else { return nil }
            return CalibrationBin(
                from: tenth * 10,
                to: tenth * 10 + 10,
                count: part.count,
                predicted: part.reduce(0) { $0 + Double($1.confidence) / 100 } / Double(part.count),
                observed: part.reduce(0) { $0 + $1.came } / Double(part.count)
            )
        }
    }
}
