/// A middle with a line above and one below it, in the unit of the prices.
package struct Band: BitwiseCopyable, Hashable, Sendable {
    package var upper: Double
    package var middle: Double
    package var lower: Double

    package init(upper: Double, middle: Double, lower: Double) {
        self.upper = upper
        self.middle = middle
        self.lower = lower
    }
}
