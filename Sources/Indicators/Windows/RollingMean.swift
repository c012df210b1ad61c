/// The mean of the last so many numbers, in O(1) amortised and without drift.
///
/// A running sum that adds the newest and takes the oldest away keeps every rounding it ever made: after one huge
/// number the figures are wrong for ever. Here nothing is taken away. Numbers come in blocks of `period − 1`; of the
/// finished block the sums from each place to its end are kept, of the one being filled the sum so far, and a window is
/// always one of each. All are sums of differences from the finished block's last number, which every window holds:
/// so a flat window's mean is its price exactly, and small moves of a great price keep their digits. Of a few numbers,
/// as a signal line has, the differences from the newest are summed anew each time.
struct RollingMean: Sendable {
    /// Up to so many numbers are summed anew.
    static let longestDirect = 4

    let period: Int
    private let reciprocal: Double
    /// At and after `offset`, sums from there to the block's end; before it, the new block's numbers.
    private var slots: Slots<Double>
    private let blockLength: Int
    private var reference = 0.0
    private var sum = 0.0
    private var newest = 0.0
    private var offset = 0
    private var isFull: Bool
    private let keepsNone: Bool
    private let isDirect: Bool

    init(period: Int) {
        self.period = period
        reciprocal = 1 / Double(period)
        blockLength = max(1, period - 1)
        slots = Slots(repeating: 0, count: blockLength)
        keepsNone = period == 1
        isFull = keepsNone
        isDirect = (2...Self.longestDirect).contains(period)
    }

    /// Whether nothing has come yet; never of a period of 1, which keeps nothing.
    var isUntouched: Bool { offset == 0 && !isFull }

    @inline(__always)
    mutating func step(_ number: Double) -> Double? {
        newest = number
        if isDirect { return isFull ? direct() : nil }
        sum += number - reference
        guard isFull else { return nil }
        return reference + (slots[offset] + sum) * reciprocal
    }

    @inline(__always)
    mutating func detach() { slots.detach() }

    @inline(__always)
    mutating func settle() {
        slots[offset] = newest
        offset += 1
        if offset == blockLength { startBlock() }
    }

    /// The oldest lies at the offset.
    @inline(__always)
    private func direct() -> Double {
        var sum = 0.0
        for index in offset..<blockLength { sum += slots[index] - newest }
        for index in 0..<offset { sum += slots[index] - newest }
        return newest + sum * reciprocal
    }

    @inline(__always)
    private mutating func startBlock() {
        offset = 0
        if isDirect {
            isFull = true
            return
        }
        sum = 0
        if keepsNone {
            slots[0] = 0
            return
        }
        reference = newest
        var total = 0.0
        for index in stride(from: blockLength - 1, through: 0, by: -1) {
            total += slots[index] - reference
            slots[index] = total
        }
        isFull = true
    }
}
