extension FixedPoint {
    /// The longest text that the short way takes, without the sign: 18 digits and a point, or 19 digits.
    ///
    /// Every mantissa of so many digits fits 64 bits, and 10¹⁹ · 10¹⁸ stays below the limit's 10³⁸: nothing can
    /// overflow, and one full-width multiplication does for the 128-bit ones with their checks.
    private static let longestShortText = 19

    /// Parses what venues nearly always send; nil for text that is longer or is not a decimal.
    @inline(__always)
    init?(shortText bytes: UnsafeBufferPointer<UInt8>) {
        guard let first = bytes.first else { return nil }
        let negative = first == UInt8(ascii: "-")
        let start = negative ? 1 : 0
        guard bytes.count - start <= Self.longestShortText else { return nil }
        var mantissa: UInt64 = 0
        var index = Self.readDigits(bytes, from: start, into: &mantissa)
        guard index > start else { return nil }
        var fraction = 0
        if index < bytes.count {
            guard bytes[index] == UInt8(ascii: ".") else { return nil }
            let point = index
            index = Self.readDigits(bytes, from: point + 1, into: &mantissa)
            fraction = index - point - 1
            guard fraction > 0, index == bytes.count else { return nil }
        }
        let product = mantissa.multipliedFullWidth(by: Self.shortPowers[Self.places - fraction])
        let units = Int128(UInt128(product.high) << 64 | UInt128(product.low))
        self.init(uncheckedUnits: negative ? -units : units)
    }

    /// Returns where the digits end.
    @inline(__always)
    private static func readDigits(_ bytes: UnsafeBufferPointer<UInt8>, from: Int, into mantissa: inout UInt64) -> Int {
        var index = from
        while bytes.count - index >= 8, let eight = eightDigits(bytes, at: index) {
            mantissa = mantissa &* 100_000_000 &+ eight
            index += 8
        }
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            index += 1
        }
        return index
    }

    /// The number that the next eight bytes write, computed in the lanes of one word; nil unless all are digits.
    @inline(__always)
    private static func eightDigits(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt64? {
        let raw = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self)
        // The first digit is in the lowest lane.
        let text = UInt64(littleEndian: raw)
        let tooLarge = text &+ 0x4646_4646_4646_4646  // "9" + 0x46 is the last without the highest bit
        let digits = text &- 0x3030_3030_3030_3030
        guard (tooLarge | digits) & 0x8080_8080_8080_8080 == 0 else { return nil }
        let pairs = digits &* 10 &+ (digits >> 8)
        let mask: UInt64 = 0x0000_00ff_0000_00ff
        let outer = (pairs & mask) &* 0x000f_4240_0000_0064  // 1,000,000 and 100
        let inner = ((pairs >> 16) & mask) &* 0x0000_2710_0000_0001  // 10,000 and 1
        return (outer &+ inner) >> 32
    }

    /// 10⁰ … 10¹⁸.
    private static let shortPowers: [UInt64] = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ]
}
