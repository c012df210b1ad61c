/// An exact decimal with 18 places, the same range as PostgreSQL's `NUMERIC(38,18)`.
///
/// Stored as a whole number of 10⁻¹⁸ units in 128 bits, so sums and comparisons are integer operations and every
/// value that the database holds comes back to the last digit. Live tick sizes reach 10⁻¹², hence 18 places.
@usableFromInline package struct FixedPoint: Hashable, Sendable {
    /// The value in units of 10⁻¹⁸.
    @usableFromInline package let units: Int128

    /// Digits after the point.
    package static let places = 18
    /// Units in one whole: 10¹⁸.
    @usableFromInline package static let one: Int128 = 1_000_000_000_000_000_000
    /// The largest magnitude `NUMERIC(38,18)` holds, in units: 10³⁸ − 1.
    @usableFromInline package static let limit: Int128 = 99_999_999_999_999_999_999_999_999_999_999_999_999

    package static let zero = FixedPoint(uncheckedUnits: 0)

    /// Nil outside ±(10²⁰ − 10⁻¹⁸), which the database could not keep.
    @inlinable package init?(units: Int128) {
        guard units.magnitude <= Self.limit.magnitude else { return nil }
        self.units = units
    }

    /// Of a magnitude that is known to be within the limit.
    init(uncheckedUnits: Int128) {
        units = uncheckedUnits
    }

    @inlinable package var isZero: Bool { units == 0 }
    @inlinable package var isPositive: Bool { units > 0 }
    @inlinable package var isNegative: Bool { units < 0 }

    /// The nearest binary floating-point number or its neighbour, for analytics only; it never flows back into money.
    package var double: Double { Double(rounding: units) / 1e18 }

    /// What the same digits as text are read as: the nearest binary floating-point number, of all that have at most 15
    /// digits without the zeros at their ends; of others that or its neighbour.
    ///
    /// Slower than ``double``; so that candles of a database and of a file are the same to the last bit.
    package var nearestDouble: Double {
        var rest = units
        var places = Self.places
        for step in [16, 8, 4, 2, 1] where step <= places {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: Self.powersOfTen[step])
            guard remainder == 0 else { continue }
            rest = quotient
            places -= step
        }
        // Both are exact, so that their quotient is rounded once.
        guard rest.magnitude <= 1 << 53 else { return double }
        return Double(rest) / Double(Self.powersOfTen[places])
    }

    /// The nearest representable decimal to a finite number, at most 15 significant digits kept; nil otherwise.
    ///
    /// For simulated markets and analytics that must print a price; recorded and owed values are parsed from text.
    package init?(rounding value: Double, places: Int) {
        precondition((0...Self.places).contains(places), "a decimal has 0 to 18 places")
        guard value.isFinite, value.magnitude < 1e20 else { return nil }
        // Past its 15th digit a Double only has noise: 0.1 is 0.1000000000000000055.
        let wholeDigits = value.magnitude < 1 ? 1 : Self.powersOfTen.firstIndex { Double($0) > value.magnitude } ?? 20
        let places = max(0, min(places, 15 - wholeDigits))
        let scaled = (value * Double(Self.powersOfTen[places])).rounded()
        guard scaled.magnitude < 1e37, let units = Int128(exactly: scaled) else { return nil }
        let (product, overflow) = units.multipliedReportingOverflow(by: Self.powersOfTen[Self.places - places])
        guard !overflow else { return nil }
        self.init(units: product)
    }

    /// 10⁰ … 10³⁸.
    static let powersOfTen: [Int128] = {
        var powers: [Int128] = [1]
        for _ in 1...38 { powers.append((powers.last ?? 1) * 10) }
        return powers
    }()
}

extension FixedPoint: Comparable {
    @inlinable package static func < (left: FixedPoint, right: FixedPoint) -> Bool { left.units < right.units }
}

// MARK: - Arithmetic

extension FixedPoint {
    /// The sum, or nil when it leaves the range.
    @inlinable package func adding(_ other: FixedPoint) -> FixedPoint? {
        // Two values below 10³⁸ add up to less than 2¹²⁷ ≈ 1.7 × 10³⁸ only when checked, so check.
        let (sum, overflow) = units.addingReportingOverflow(other.units)
        return overflow ? nil : FixedPoint(units: sum)
    }

    /// The difference, or nil when it leaves the range.
    @inlinable package func subtracting(_ other: FixedPoint) -> FixedPoint? {
        let (difference, overflow) = units.subtractingReportingOverflow(other.units)
        return overflow ? nil : FixedPoint(units: difference)
    }

    /// The product, rounded half away from zero at the 18th place, or nil when it leaves the range.
    package func multiplied(by other: FixedPoint) -> FixedPoint? {
        let negative = (units < 0) != (other.units < 0)
        let (high, low) = units.magnitude.multipliedFullWidth(by: other.units.magnitude)
        return Self.quotient(high: high, low: low, by: Self.one.magnitude, negative: negative)
    }

    /// The quotient, rounded half away from zero at the 18th place; nil for a zero divisor or outside the range.
    package func divided(by other: FixedPoint) -> FixedPoint? {
        guard !other.isZero else { return nil }
        let negative = (units < 0) != (other.units < 0)
        let (high, low) = units.magnitude.multipliedFullWidth(by: Self.one.magnitude)
        return Self.quotient(high: high, low: low, by: other.units.magnitude, negative: negative)
    }

    private static func quotient(high: UInt128, low: UInt128, by divisor: UInt128, negative: Bool) -> FixedPoint? {
        guard high < divisor else { return nil }  // the quotient needs more than 128 bits
        let (quotient, remainder) = divisor.dividingFullWidth((high, low))
        let (rounded, overflow) = quotient.addingReportingOverflow(remainder >= divisor - remainder ? 1 : 0)
        guard !overflow, let magnitude = Int128(exactly: rounded) else { return nil }
        return FixedPoint(units: negative ? -magnitude : magnitude)
    }
}

// MARK: - Text

extension FixedPoint {
    /// Parses plain decimal text, the whole of it or nothing: `-?digits[.digits]`, ASCII digits only.
    ///
    /// No exponent, plus sign, blank, leading or trailing point; at most 18 places that are not zero and 20 whole digits.
    package init?(_ text: some StringProtocol) {
        let parsed = text.utf8.withContiguousStorageIfAvailable { FixedPoint(utf8: $0) }
        let value = parsed ?? Array(text.utf8).withUnsafeBufferPointer { FixedPoint(utf8: $0) }
        guard let value else { return nil }
        self = value
    }

    /// The same over raw bytes, for the feed's hot path.
    @usableFromInline package init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        if let short = FixedPoint(shortText: bytes) {
            self = short
            return
        }
        var index = 0
        let negative = bytes.first == UInt8(ascii: "-")
        if negative { index = 1 }
        guard index < bytes.count, bytes.count <= 64 else { return nil }
        var mantissa: UInt64 = 0  // 19 digits fit; the rest goes through `wide`
        var wide: UInt128 = 0
        var pending = 0
        var fraction = -1  // digits seen after the point; -1 before it
        var digits = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: ".") {
                guard fraction < 0, digits > 0 else { return nil }
                fraction = 0
            } else {
                let digit = byte &- UInt8(ascii: "0")
                guard digit <= 9 else { return nil }
                digits += 1
                if fraction >= 0 {
                    fraction += 1
                    if fraction > Self.places {
                        guard digit == 0 else { return nil }
                        index += 1
                        continue
                    }
                }
                mantissa = mantissa &* 10 &+ UInt64(digit)
                pending += 1
                if pending == 18 {
                    guard Self.shift(&wide, by: pending, adding: mantissa) else { return nil }
                    mantissa = 0
                    pending = 0
                }
            }
            index += 1
        }
        guard digits > 0, fraction != 0 else { return nil }
        guard Self.shift(&wide, by: pending, adding: mantissa) else { return nil }
        let missing = Self.places - min(max(fraction, 0), Self.places)
        let (magnitude, overflow) = wide.multipliedReportingOverflow(by: Self.powersOfTen[missing].magnitude)
        guard !overflow, let units = Int128(exactly: magnitude) else { return nil }
        self.init(units: negative ? -units : units)
    }

    private static func shift(_ wide: inout UInt128, by digits: Int, adding mantissa: UInt64) -> Bool {
        if wide == 0 {
            wide = UInt128(mantissa)
            return true
        }
        let (product, overflow) = wide.multipliedReportingOverflow(by: powersOfTen[digits].magnitude)
        let (sum, carry) = product.addingReportingOverflow(UInt128(mantissa))
        wide = sum
        return !overflow && !carry
    }

    /// Writes the shortest exact text, without an exponent and without trailing zeros: `67123.45`, `0.000000001`, `-3`.
    package func write(to output: inout some RangeReplaceableCollection<UInt8>) {
        let (whole, fraction) = Self.split(units.magnitude)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 44) { buffer in
            var end = 44
            if fraction != 0 {
                var digits = fraction
                var places = Self.places
                while digits.isMultiple(of: 10) {
                    digits /= 10
                    places -= 1
                }
                for _ in 0..<places {
                    end -= 1
                    buffer[end] = UInt8(ascii: "0") + UInt8(digits % 10)
                    digits /= 10
                }
                end -= 1
                buffer[end] = UInt8(ascii: ".")
            }
            // The whole part is below 10²⁰, which is more than UInt64 holds: print its last 19 digits, then the first.
            let (top, rest) = whole.quotientAndRemainder(dividingBy: 10_000_000_000_000_000_000)
            var digits = UInt64(rest)
            var count = 0
            repeat {
                end -= 1
                buffer[end] = UInt8(ascii: "0") + UInt8(digits % 10)
                digits /= 10
                count += 1
            } while digits != 0 || (top != 0 && count < 19)
            if top != 0 {
                end -= 1
                buffer[end] = UInt8(ascii: "0") + UInt8(top)
            }
            if units < 0 {
                end -= 1
                buffer[end] = UInt8(ascii: "-")
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[end...]))
        }
    }
}

extension FixedPoint {
    /// The whole part, and the rest in units.
    private static func split(_ magnitude: UInt128) -> (whole: UInt128, fraction: UInt64) {
        let divisor: UInt64 = 1_000_000_000_000_000_000
        let high = UInt64(truncatingIfNeeded: magnitude >> 64)
        guard high < divisor else {
            let (whole, fraction) = magnitude.quotientAndRemainder(dividingBy: UInt128(divisor))
            return (whole, UInt64(fraction))
        }
        // The whole part fits 64 bits: one machine division instead of a 128-bit one, for every price that is shown.
        let (whole, fraction) = divisor.dividingFullWidth((high, UInt64(truncatingIfNeeded: magnitude)))
        return (UInt128(whole), fraction)
    }
}

extension FixedPoint: CustomStringConvertible {
    /// The shortest exact text: `67123.45`.
    @usableFromInline package var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
