/// The number that came so many numbers ago.
struct Delay: Sendable {
    private var slots: Slots<Double>
    private let blockLength: Int
    private var newest = 0.0
    private var offset = 0
    private var isFull = false

    init(period: Int) {
        blockLength = period
        slots = Slots(repeating: 0, count: period)
    }

    @inline(__always)
    mutating func step(_ number: Double) -> Double? {
        newest = number
        return isFull ? slots[offset] : nil
    }

    @inline(__always)
    mutating func detach() { slots.detach() }

    @inline(__always)
    mutating func settle() {
        slots[offset] = newest
        offset += 1
        if offset == blockLength {
            offset = 0
            isFull = true
        }
    }
}
