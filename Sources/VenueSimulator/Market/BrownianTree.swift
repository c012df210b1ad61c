import Foundation

/// A random walk in continuous time that can be read at any minute without walking there.
///
/// Nodes 2¹⁵ minutes (about 23 days) apart are independent draws, so the walk keeps returning to zero; between them each
/// midpoint is the mean of its neighbours plus the deviation of a Brownian bridge, all drawn from hashes of seed and
/// minute. History, the running market and a market started again tomorrow are therefore pieces of one path.
struct BrownianTree: Sendable {
    private static let span: Int64 = 1 << 15
    private let key: UInt64
    /// Standard deviation over one minute.
    private let deviation: Double

    init(seed: UInt64, name: String, dailyDeviation: Double) {
        key = SeededRandom.mix(seed) ^ SeededRandom.key(name)
        deviation = dailyDeviation / 1440.0.squareRoot()
    }

    func value(at minute: Int64) -> Double {
        values(minute...minute)[0]
    }

    /// The walk at each minute of the range.
    ///
    /// - Complexity: O(count + log span), two draws per minute.
    func values(_ range: ClosedRange<Int64>) -> [Double] {
        var output = [Double](repeating: 0, count: Int(range.upperBound - range.lowerBound) + 1)
        var start = range.lowerBound - Self.modulo(range.lowerBound)
        while start <= range.upperBound {
            fill(&output, range, start, Self.span, anchor(start), anchor(start + Self.span))
            start += Self.span
        }
        return output
    }

    /// Writes the minutes of [start, start + length) that the range asks for.
    private func fill(
        _ output: inout [Double],
        _ range: ClosedRange<Int64>,
        _ start: Int64,
        _ length: Int64,
        _ left: Double,
        _ right: Double
    ) {
        guard start <= range.upperBound, start + length > range.lowerBound else { return }
        if length == 1 {
            output[Int(start - range.lowerBound)] = left
            return
        }
        let half = length / 2
        let middle = (left + right) / 2 + deviation * Double(length).squareRoot() / 2 * draw(start + half)
        fill(&output, range, start, half, left, middle)
        fill(&output, range, start + half, half, middle, right)
    }

    /// Half the deviation of a free walk over the span keeps prices near their reference for good.
    private func anchor(_ minute: Int64) -> Double {
        deviation * Double(Self.span).squareRoot() / 2 * draw(minute)
    }

    private func draw(_ minute: Int64) -> Double {
        var random = SeededRandom(key, UInt64(bitPattern: minute))
        return random.normal()
    }

    private static func modulo(_ minute: Int64) -> Int64 {
        let remainder = minute % span
        return remainder < 0 ? remainder + span : remainder
    }
}
