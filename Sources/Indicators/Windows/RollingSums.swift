/// The sums of the last so many pairs of numbers, in O(1) amortised and without residue.
///
/// Built as ``RollingMean`` is, of the numbers themselves: a window of zeros sums up to zero, whatever came before.
struct RollingSums: Sendable {
    private var slots: Slots<SIMD2<Double>>
    private let blockLength: Int
    private var sum = SIMD2<Double>.zero
    private var newest = SIMD2<Double>.zero
    private var offset = 0
    private var isFull: Bool
    private let keepsNone: Bool

    init(period: Int) {
        blockLength = max(1, period - 1)
        slots = Slots(repeating: .zero, count: blockLength)
        keepsNone = period == 1
        isFull = keepsNone
    }

    @inline(__always)
    mutating func step(_ first: Double, _ second: Double) -> SIMD2<Double>? {
        newest = SIMD2(first, second)
        sum += newest
        guard isFull else { return nil }
        return slots[offset] + sum
    }

    @inline(__always)
    mutating func detach() { slots.detach() }

    @inline(__always)
    mutating func settle() {
        slots[offset] = newest
        offset += 1
        if offset == blockLength { startBlock() }
    }

    @inline(__always)
    private mutating func startBlock() {
        offset = 0
        sum = .zero
        if keepsNone {
            slots[0] = .zero
            return
        }
        var total = SIMD2<Double>.zero
        for index in stride(from: blockLength - 1, through: 0, by: -1) {
            total += slots[index]
            slots[index] = total
        }
        isFull = true
    }
}
