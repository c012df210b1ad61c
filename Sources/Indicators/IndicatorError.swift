/// Why an indicator cannot be made.
package enum IndicatorError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Outside 1…``IndicatorPeriod/longest``.
    case periodOutOfRange(Int)
    /// A band's width or a step that is not above zero, or not finite.
    case factorOutOfRange(Double)
    /// A fast average that is not faster than the slow one.
    case periodsOutOfOrder(fast: Int, slow: Int)

    package var description: String {
        switch self {
        case .periodOutOfRange(let period): "a period of \(period) is not within 1 to \(IndicatorPeriod.longest)"
        case .factorOutOfRange(let factor): "\(factor) is out of range for a distance, a share or a width"
        case .periodsOutOfOrder(let fast, let slow): "a fast period of \(fast) is not below a slow one of \(slow)"
        }
    }
}

/// How many candles a window may hold.
package enum IndicatorPeriod {
    /// Far beyond any in use; it bounds the memory of one indicator to a few megabytes.
    package static let longest = 100_000

    static func check(_ periods: Int...) throws(IndicatorError) {
        for period in periods where !(1...longest).contains(period) { throw .periodOutOfRange(period) }
    }

    static func check(factor: Double) throws(IndicatorError) {
        guard factor > 0, factor.isUsable else { throw .factorOutOfRange(factor) }
    }
}
