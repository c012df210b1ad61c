/// How much like a pump's first minute a market looks: a logistic regression over ``PumpFeatures``.
///
/// Trained by `Tools/pumps`, whose JSON says on what. Trees ranked the events they had seen better and later ones worse.
package struct PumpModel: Sendable {
    package let facts: PumpModelFacts
    /// A score from here on is an alert when five seconds are over, or with a trade.
    private let threshold: Float
    private let tradeThreshold: Float
    private let centres: [Float]
    private let scales: [Float]
    private let weights: [Float]
    private let limit: Float
    private let intercept: Float

    /// Checks a model as it was read.
    ///
    /// - Throws: ``PumpModelError`` where it is for other features or could divide by zero.
    init(_ file: PumpModelFile) throws(PumpModelError) {
        guard file.features == PumpFeatures.names else { throw .otherFeatures }
        let count = file.features.count
        guard file.centre.count == count, file.scale.count == count, file.weight.count == count else {
            throw .malformed("its columns differ in length")
        }
        guard file.scale.allSatisfy({ $0 > 0 }) else { throw .malformed("a scale is not above zero") }
        facts = file.facts
        threshold = file.threshold
        tradeThreshold = file.tradeThreshold
        centres = file.centre
        scales = file.scale
        weights = file.weight
        limit = file.limit
        intercept = file.intercept
    }

    /// How far the score is above the threshold of the look, in the logarithm of odds; an alert from 0 on.
    package func margin(_ features: borrowing PumpFeatures, at look: MarketWatch.Look) -> Float {
        var sum = intercept - (look == .chunk ? threshold : tradeThreshold)
        let values = features.values
        for index in values.indices { sum += part(index, values[index]) }
        return sum
    }

    /// What each feature adds to the score.
    func parts(_ features: borrowing PumpFeatures) -> [Float] {
        let values = features.values
        return values.indices.map { part($0, values[$0]) }
    }

    private func part(_ index: Int, _ value: Float) -> Float {
        let standard = (value - centres[index]) / scales[index]
        return weights[index] * min(max(standard, -limit), limit)
    }
}
