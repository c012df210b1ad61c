/// Whether what was said to be likely came about: trades by their confidence, with how often the first target came.
package struct ConfidenceReliability: Hashable, Sendable {
    package struct Bin: Hashable, Sendable {
        package var count: Int
        package var meanConfidence: Double
        /// Part of the trades whose first target was reached.
        package var hitRate: Double
    }

    /// From the least confident to the most, of equal counts but for one.
    package let bins: [Bin]
    /// Mean squared distance of the confidence from what came; nil when no trade had one.
    package let brierScore: Double?
    /// Mean distance of confidence and hit rate over the bins, by count; nil when no trade had one.
    package let calibrationError: Double?

    init(_ trades: [ClosedPosition], binCount: Int = 10) {
        let rated = trades.compactMap { trade in
            trade.confidence.map { (confidence: $0, hit: trade.targetsHit > 0 ? 1.0 : 0) }
        }.sorted { $0.confidence < $1.confidence }
        guard !rated.isEmpty else {
            bins = []
            brierScore = nil
            calibrationError = nil
            return
        }
        let count = min(binCount, rated.count)
        let bins = (0..<count).map { index in
            let part = rated[(index * rated.count / count)..<((index + 1) * rated.count / count)]
            return Bin(
                count: part.count,
                meanConfidence: part.reduce(0) { $0 + $1.confidence } / Double(part.count),
                hitRate: part.reduce(0) { $0 + $1.hit } / Double(part.count)
            )
        }
        self.bins = bins
        let total = Double(rated.count)
        brierScore = rated.reduce(0) { $0 + ($1.confidence - $1.hit) * ($1.confidence - $1.hit) } / total
        calibrationError =
            bins.reduce(0) { $0 + Double($1.count) * ($1.meanConfidence - $1.hitRate).magnitude } / total
    }
}
