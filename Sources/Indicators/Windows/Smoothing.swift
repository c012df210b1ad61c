/// Exponential smoothing that starts with the mean of its first numbers: s += factor · (x − s).
struct Smoothing: Sendable {
    private let factor: Double
    let period: Int
    private var count = 0
    private var reference = 0.0
    private var current = 0.0

    /// The factor 2 / (period + 1).
    static func exponential(period: Int) -> Smoothing { Smoothing(period: period, factor: 2 / Double(period + 1)) }

    /// The factor 1 / period, Wilder's.
    static func wilder(period: Int) -> Smoothing { Smoothing(period: period, factor: 1 / Double(period)) }

    /// The factor 2 / (period + 1), starting with the first number alone.
    static func startingAtOnce(period: Int) -> Smoothing { Smoothing(period: 1, factor: 2 / Double(period + 1)) }

    private init(period: Int, factor: Double) {
        self.period = period
        self.factor = factor
    }

    @inline(__always)
    mutating func step(_ number: Double) -> Double? {
        if count == period {
            current += factor * (number - current)
            return current
        }
        return seed(number)
    }

    /// Differences from the first number are summed, so that the mean of a flat start is its price exactly.
    @inline(__always)
    private mutating func seed(_ number: Double) -> Double? {
        if count == 0 { reference = number }
        current += number - reference
        count += 1
        guard count == period else { return nil }
        current = reference + current / Double(period)
        return current
    }
}
