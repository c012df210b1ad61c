/// The mean and the population standard deviation of the last so many numbers, in O(1) amortised and without drift.
///
/// Built as ``RollingMean`` is, with the sum of squares beside the sum, both of differences from a number that the
/// window holds. The mean's distance from any number of the window is at most √period deviations, so the subtraction
/// of squares costs a factor of `period` of the last bit and no more; a flat window's deviation is zero exactly.
struct RollingMoments: Sendable {
    private let reciprocal: Double
    /// Sums of differences and of their squares; of the block being filled, the numbers in the first lane.
    private var slots: Slots<SIMD2<Double>>
    private let blockLength: Int
    private var reference = 0.0
    private var sums = SIMD2<Double>.zero
    private var newest = 0.0
    private var offset = 0
    private var isFull: Bool
    private let keepsNone: Bool

    init(period: Int) {
        reciprocal = 1 / Double(period)
        blockLength = max(1, period - 1)
        slots = Slots(repeating: .zero, count: blockLength)
        keepsNone = period == 1
        isFull = keepsNone
    }

    @inline(__always)
    mutating func step(_ number: Double) -> (mean: Double, deviation: Double)? {
        newest = number
        if keepsNone { return (number, 0) }
        let difference = number - reference
        sums += SIMD2(difference, difference * difference)
        guard isFull else { return nil }
        let moments = (slots[offset] + sums) * reciprocal
        let variance = moments.y - moments.x * moments.x
        return (reference + moments.x, variance > 0 ? variance.squareRoot() : 0)
    }

    @inline(__always)
    mutating func detach() { slots.detach() }

    @inline(__always)
    mutating func settle() {
        if keepsNone { return }
        slots[offset].x = newest
        offset += 1
        if offset == blockLength { startBlock() }
    }

    @inline(__always)
    private mutating func startBlock() {
        offset = 0
        sums = .zero
        reference = newest
        var total = SIMD2<Double>.zero
        for index in stride(from: blockLength - 1, through: 0, by: -1) {
            let difference = slots[index].x - reference
            total += SIMD2(difference, difference * difference)
            slots[index] = total
        }
        isFull = true
    }
}
