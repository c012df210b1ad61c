/// The last 64 seconds of one market, a slot each; a second without a trade costs nothing.
struct MinuteOfTrading: Sendable {
    static let seconds: Int64 = 64

    /// Of its array.
    static var bytes: Int { Int(seconds) * MemoryLayout<SecondOfTrading>.stride }

    private var slots = [SecondOfTrading](repeating: SecondOfTrading(price: 0), count: Int(Self.seconds))
    /// One bit for every slot that holds trades.
    private var occupied: UInt64 = 0
    /// The newest second that was reached.
    private(set) var now: Int64 = 0

    /// Forgets everything and stands at a second.
    mutating func restart(at second: Int64) {
        occupied = 0
        now = second
    }

    /// Goes on to a later second; what is older than a minute leaves, oldest first.
    mutating func advance(to second: Int64, leaving: (_ second: Int64, _ trading: SecondOfTrading) -> Void) {
        let passed = second - now
        guard passed > 0 else { return }
        let first = Self.slot(of: now + 1)
        // Rotated so that bit 0 is the oldest slot there is.
        var leavers = occupied >> UInt64(first) | occupied << UInt64((64 - first) & 63)
        if passed < Self.seconds { leavers &= (1 << UInt64(passed)) - 1 }
        while leavers != 0 {
            let age = leavers.trailingZeroBitCount
            let slot = (age + first) & 63
            leavers &= leavers - 1
            occupied &= ~(1 << UInt64(slot))
            leaving(now - Self.seconds + 1 + Int64(age), slots[slot])
        }
        now = second
    }

    /// Changes the slot of a second within the last minute, which is made where it is missing.
    mutating func update(_ second: Int64, price: Float, _ change: (inout SecondOfTrading) -> Void) {
        let slot = Self.slot(of: second)
        if occupied & (1 << UInt64(slot)) == 0 {
            occupied |= 1 << UInt64(slot)
            slots[slot] = SecondOfTrading(price: price)
        }
        change(&slots[slot])
    }

    /// Visits the seconds that hold trades, newest first, as long as the visitor wants more.
    ///
    /// - Parameter visitor: takes how many seconds ago it was, 0 to 63, and what traded.
    @inline(__always)
    func visit(_ visitor: (_ age: Int64, _ trading: SecondOfTrading) -> Bool) {
        let newest = Self.slot(of: now)
        // Rotated so that bit 63 is the newest slot.
        let shift = UInt64((newest + 1) & 63)
        var rest = occupied >> shift | occupied << ((64 - shift) & 63)
        while rest != 0 {
            let bit = 63 - rest.leadingZeroBitCount
            rest &= ~(1 << UInt64(bit))
            guard visitor(Int64(63 - bit), slots[(bit + Int(shift)) & 63]) else { return }
        }
    }

    private static func slot(of second: Int64) -> Int { Int(truncatingIfNeeded: second & 63) }
}
