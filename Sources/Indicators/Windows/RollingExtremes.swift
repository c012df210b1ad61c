/// The highest high and the lowest low of the last so many candles, in O(1) amortised.
///
/// Built as ``RollingMean`` is: the extremes from each place of the finished block to its end, and those of the new
/// block so far (van Herk, *Pattern Recognition Letters* 13, 1992; Gil and Werman, *IEEE PAMI* 15, 1993).
struct RollingExtremes: Sendable {
    struct Range {
        var highest: Double
        var lowest: Double

        /// Zero where the two are the same price: within two units in the last place of each other.
        @inline(__always)
        var width: Double {
            let width = highest - lowest
            return width <= equalityTolerance * (highest.magnitude + lowest.magnitude) ? 0 : width
        }

        /// Where a number stands in it, from 0 (the lowest) to 100; 0 in one of no width.
        @inline(__always)
        func position(of number: Double) -> Double {
            let width = width
            return width > 0 ? 100 * ((number - lowest) / width) : 0
        }

        @inline(__always)
        fileprivate func union(_ other: Range) -> Range {
            Range(
                highest: highest > other.highest ? highest : other.highest,
                lowest: lowest < other.lowest ? lowest : other.lowest
            )
        }
    }

    private var slots: Slots<Range>
    private let blockLength: Int
    private var extremes = Self.none
    private var newest = Self.none
    private var offset = 0
    private var isFull: Bool
    private let keepsNone: Bool

    private static var none: Range { Range(highest: -.infinity, lowest: .infinity) }

    init(period: Int) {
        blockLength = max(1, period - 1)
        slots = Slots(repeating: Self.none, count: blockLength)
        keepsNone = period == 1
        isFull = keepsNone
    }

    /// Whether nothing has come yet; never of a period of 1, which keeps nothing.
    var isUntouched: Bool { offset == 0 && !isFull }

    @inline(__always)
    mutating func step(high: Double, low: Double) -> Range? {
        newest = Range(highest: high, lowest: low)
        extremes = extremes.union(newest)
        guard isFull else { return nil }
        return slots[offset].union(extremes)
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
        extremes = Self.none
        if keepsNone {
            slots[0] = Self.none
            return
        }
        var suffix = Self.none
        for index in stride(from: blockLength - 1, through: 0, by: -1) {
            suffix = slots[index].union(suffix)
            slots[index] = suffix
        }
        isFull = true
    }
}

/// Two prices whose difference is below this part of their sum are one price that was rounded differently.
///
/// (h + l + c) / 3 of two candles at one price often differs in the last bit only.
let equalityTolerance = 1e-14
