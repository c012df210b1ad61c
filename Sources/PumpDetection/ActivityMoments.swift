import Foundation

/// Four measures of ten seconds of trading: quote bought, buys, rush orders, and how far the price went.
typealias Measures = SIMD4<Float>

/// Their mean and mean square over past chunks, newer chunks weighing more.
struct ActivityMoments: Sendable {
    private var mean = Measures.zero
    private var square = Measures.zero
    /// How much of the averages is history and not yet their start: 0 at first, near 1 after a few spans.
    private(set) var weight: Float = 0

    /// Adds one chunk, the last of so many of which the others were empty; `span` chunks leave 1/e of what was before.
    mutating func add(_ measures: Measures, after chunks: Float, span: Float) {
        let kept = exp(-chunks / span)
        mean = mean * kept + measures / span
        square = square * kept + measures * measures / span
        weight = 1 - (1 - weight) * kept
    }

    /// The mean, unbiased from the first chunk on.
    var typical: Measures { weight > 0 ? mean / weight : .zero }

    /// The standard deviation.
    var deviation: Measures {
        guard weight > 0 else { return .zero }
        let typical = typical
        let variance = square / weight - typical * typical
        return pointwiseMax(variance, .zero).squareRoot()
    }
}
