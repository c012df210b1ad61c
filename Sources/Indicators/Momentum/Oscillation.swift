/// Where an oscillator stands, and the mean of where it stood: K and D of the stochastics, each from 0 to 100.
package struct Oscillation: BitwiseCopyable, Hashable, Sendable {
    package var k: Double
    package var d: Double

    package init(k: Double, d: Double) {
        self.k = k
        self.d = d
    }
}

/// Where a number stands within the range of the last so many, from 0 (the lowest) to 100; 0 in a range of no width.
struct RangePosition: Sendable {
    let period: Int
    private var extremes: RollingExtremes

    init(period: Int) {
        self.period = period
        extremes = RollingExtremes(period: period)
    }

    /// Whether nothing has come yet.
    var isUntouched: Bool { extremes.isUntouched }

    @inline(__always)
    mutating func step(_ number: Double, high: Double, low: Double) -> Double? {
        extremes.step(high: high, low: low)?.position(of: number)
    }

    @inline(__always)
    mutating func detach() { extremes.detach() }

    @inline(__always)
    mutating func settle() { extremes.settle() }
}
