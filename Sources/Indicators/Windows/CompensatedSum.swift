/// A sum over any number of numbers, as exact as if each had been added without rounding.
///
/// Source: A. Neumaier, *ZAMM* 54, 1974.
struct CompensatedSum: Sendable {
    private var sum = 0.0
    private var lost = 0.0

    var value: Double { sum + lost }

    /// Adds, and keeps what the addition rounded away (Knuth's two-sum, which needs no branch).
    @inline(__always)
    mutating func add(_ number: Double) {
        let total = sum + number
        let rounded = total - sum
        lost += (sum - (total - rounded)) + (number - rounded)
        sum = total
    }
}
