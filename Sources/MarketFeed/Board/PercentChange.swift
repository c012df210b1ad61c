package import Markets

/// A change in percent with four decimals, kept as a whole number of ten-thousandths of a percent: −1.25 % is −12,500.
package struct PercentChange: Hashable, Comparable, Sendable {
    package let tenThousandths: Int64

    package init(tenThousandths: Int64) { self.tenThousandths = tenThousandths }

    /// From one price to another, rounded half away from zero.
    ///
    /// Nil when the first is not positive, or when the change is too large to mean anything (beyond 10¹² percent).
    package init?(from open: Price, to last: Price) {
        guard open.value.isPositive else { return nil }
        let (difference, overflow) = last.value.units.subtractingReportingOverflow(open.value.units)
        guard !overflow else { return nil }
        let divisor = open.value.units.magnitude
        let (high, low) = difference.magnitude.multipliedFullWidth(by: 1_000_000)
        let quotient: UInt128
        let remainder: UInt128
        if high == 0 {
            (quotient, remainder) = low.quotientAndRemainder(dividingBy: divisor)
        } else {
            guard high < divisor else { return nil }
            (quotient, remainder) = divisor.dividingFullWidth((high, low))
        }
        guard quotient < 10_000_000_000_000_000 else { return nil }
        let rounded = Int64(quotient) + (remainder >= divisor - remainder ? 1 : 0)
        tenThousandths = difference < 0 ? -rounded : rounded
    }

    /// Percent, −1.25 for minus 1.25 %.
    package var percent: Double { Double(tenThousandths) / 10_000 }

    package static func < (left: PercentChange, right: PercentChange) -> Bool {
        left.tenThousandths < right.tenThousandths
    }
}

extension [UInt8] {
    /// Appends the percentage as a JSON number with at most four decimals, `-1.25`, or `null`.
    mutating func appendJSON(_ change: PercentChange?) {
        guard let change else { return appendJSON("null") }
        if change.tenThousandths < 0 { append(UInt8(ascii: "-")) }
        let (whole, fraction) = change.tenThousandths.magnitude.quotientAndRemainder(dividingBy: 10_000)
        appendDigits(whole, width: 1)
        guard fraction != 0 else { return }
        append(UInt8(ascii: "."))
        var digits = fraction
        var width = 4
        while digits.isMultiple(of: 10) {
            digits /= 10
            width -= 1
        }
        appendDigits(digits, width: width)
    }
}
