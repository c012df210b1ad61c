/// Where an oscillator stands, and the mean of where it stood: K and D of the stochastics, each from 0 to 100.
package struct Oscillation: Hashable, Sendable {
    package var k: Double
    package var d: Double

    package init(k: Double, d: Double) {
        self.k = k
        self.d = d
    }
}

/// Where a number stands within the range of the last so many, from 0 (the lowest) to 100; 0 in a range of no width.
struct RangePosition: Sendable {
    private var extremes: RollingExtremes

    init(period: Int) { extremes = RollingExtremes(period: period) }

    @inline(__always)
    mutating func step(_ number: Double, high: Double, low: Double) -> Double? {
        guard let range = extremes.step(high: high, low: low) else { return nil }
        let width = range.width
        return width > 0 ? 100 * ((number - range.lowest) / width) : 0
    }

    @inline(__always)
    mutating func detach() { extremes.detach() }

    @inline(__always)
    mutating func settle() { extremes.settle() }
}
