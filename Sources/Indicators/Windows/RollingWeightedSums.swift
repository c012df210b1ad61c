/// The sum and the linearly weighted sum (weights 1 to `period`, the newest heaviest) of the last so many numbers.
///
/// In O(1) amortised and without drift, built as ``RollingMean`` is. Both are sums of differences from `reference`.
struct RollingWeightedSums: Sendable {
    struct Sums {
        var plain: Double
        var weighted: Double
        var reference: Double
    }

    private let period: Double
    /// The finished block's sum and weighted sum from each place on; of the new block, the numbers in the first lane.
    private var slots: Slots<SIMD2<Double>>
    private let blockLength: Int
    private var reference = 0.0
    /// Of the new block: the sum, and the sum of each number times its place.
    private var sum = 0.0
    private var placed = 0.0
    private var newest = 0.0
    private var offset = 0
    private var isFull: Bool
    private let keepsNone: Bool

    init(period: Int) {
        self.period = Double(period)
        blockLength = max(1, period - 1)
        slots = Slots(repeating: .zero, count: blockLength)
        keepsNone = period == 1
        isFull = keepsNone
    }

    @inline(__always)
    mutating func step(_ number: Double) -> Sums? {
        newest = number
        let place = Double(offset)
        let difference = number - reference
        sum += difference
        placed += place * difference
        guard isFull else { return nil }
        let older = slots[offset]
        // The number at place i of the new block weighs period − (offset − i).
        return Sums(
            plain: older.x + sum,
            weighted: older.y + ((period - place) * sum + placed),
            reference: reference
        )
    }

    @inline(__always)
    mutating func detach() { slots.detach() }

    @inline(__always)
    mutating func settle() {
        slots[offset].x = newest
        offset += 1
        if offset == blockLength { startBlock() }
    }

    @inline(__always)
    private mutating func startBlock() {
        offset = 0
        sum = 0
        placed = 0
        if keepsNone {
            slots[0] = .zero
            return
        }
        reference = newest
        var total = SIMD2<Double>.zero
        for index in stride(from: blockLength - 1, through: 0, by: -1) {
            total.x += slots[index].x - reference
            total.y += total.x
            slots[index] = total
        }
        isFull = true
    }
}
