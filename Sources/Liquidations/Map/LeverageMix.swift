/// Which shares of what is opened use which leverage, learnt from what is closed.
///
/// In every step the part of the open interest that ends is, but for chance, hazard · open interest + Σ share · crossed:
/// positions that are closed of their own accord, and the mass of each leverage whose level the price crossed, were it
/// the only leverage. Shares and hazard are the least squares of that, each step weighed by how much chance it holds, the
/// shares drawn to what was assumed, above zero and one together.
struct LeverageMix: Sendable {
    /// How many independent looks what was assumed is worth.
    private static let priorWeight = 10.0
    /// A step that is further off than so many standard deviations counts as if it were not.
    private static let outlier = 3.0
    private static let leastShare = 1e-3
    /// Steps in which only the hazard and the chance are measured.
    private static let warmUp = 30

    let assumed: [Double]
    private(set) var shares: [Double]
    /// Part of the open interest that is closed of its owners' accord in a step.
    private(set) var hazard: Double
    /// Of the normal equations: rows of shares and, last, the hazard.
    private var matrix: [Double]
    private var vector: [Double]
    private var steps = 0
    private var squares = 0.0
    private var expected = 0.0

    /// Shares of one together, each above zero.
    init(assumed: [Double]) {
        self.assumed = assumed
        shares = assumed
        hazard = 0
        let size = assumed.count + 1
        matrix = Array(repeating: 0, count: size * size)
        vector = Array(repeating: 0, count: size)
    }

    /// How much of what the price crossed would have been there with these shares.
    func liquidated(_ crossed: [Double]) -> Double {
        var sum = 0.0
        for place in shares.indices { sum += shares[place] * crossed[place] }
        return sum
    }

    /// Learns from one step.
    ///
    /// - Parameters:
    ///   - crossed: mass of each leverage that the price crossed, were it the only leverage.
    ///   - openInterest: before the step.
    ///   - ended: what was closed or liquidated in it.
    mutating func learn(crossed: [Double], openInterest: Double, ended: Double) {
        let count = shares.count
        let size = count + 1
        steps += 1
        if steps <= Self.warmUp { hazard += (ended / openInterest - hazard) / Double(steps) }
        let foreseen = liquidated(crossed) + hazard * openInterest
        let floor = max(foreseen, 0.3 * hazard * openInterest) + .leastNormalMagnitude
        let error = ended - foreseen
        guard steps > Self.warmUp else {
            squares += error * error
            expected += floor
            return
        }
        // Chance comes in the sizes of positions: the variance is what is foreseen times such a size.
        let variance = squares / expected * floor + .leastNormalMagnitude
        squares += min(error * error, 9 * variance)
        expected += floor
        let weight = 1 / (variance * max(1, error.magnitude / variance.squareRoot() / Self.outlier))
        guard weight.isFinite else { return }
        for row in 0..<size {
            let left = (row < count ? crossed[row] : openInterest) * weight
            vector[row] += left * ended
            for column in 0..<count { matrix[row * size + column] += left * crossed[column] }
            matrix[row * size + count] += left * openInterest
        }
        if steps % 8 == 0 { solve() }
    }

    /// Moves share from one leverage to another, pair by pair, until nothing is gained: the sum stays one throughout.
    private mutating func solve() {
        let count = shares.count
        let size = count + 1
        func entry(_ row: Int, _ column: Int) -> Double {
            let prior = row == column ? (row < count ? Self.priorWeight / assumed[row] : 1e-9) : 0
            return matrix[row * size + column] + prior
        }
        var slope = (0..<size).map { row in
            var sum = -vector[row] - (row < count ? Self.priorWeight : 0)
            for column in 0..<size { sum += entry(row, column) * (column < count ? shares[column] : hazard) }
            return sum
        }
        for _ in 0..<30 {
            var largest = 0.0
            for first in 0..<count {
                for second in 0..<first {
                    let bend = entry(first, first) + entry(second, second) - 2 * entry(first, second)
                    let wanted = (slope[second] - slope[first]) / bend
                    let step = min(max(wanted, Self.leastShare - shares[first]), shares[second] - Self.leastShare)
                    guard step != 0 else { continue }
                    shares[first] += step
                    shares[second] -= step
                    for row in 0..<size { slope[row] += step * (entry(row, first) - entry(row, second)) }
                    largest = max(largest, step.magnitude)
                }
            }
            let step = max(-slope[count] / entry(count, count), 1e-9 - hazard)
            hazard += step
            for row in 0..<size { slope[row] += step * entry(row, count) }
            if largest < 1e-4 { break }
        }
    }
}
