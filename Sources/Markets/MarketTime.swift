/// An instant of the market: whole milliseconds since 1970-01-01 00:00 UTC.
@usableFromInline package struct MarketTime: Hashable, Comparable, Sendable {
    @usableFromInline package let milliseconds: Int64

    @inlinable package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    @inlinable package static func < (left: MarketTime, right: MarketTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Milliseconds from the other instant to this one; negative when this one is earlier.
    ///
    /// Instants come from strangers too, so a difference beyond 64 bits is the greatest one there is, not a trap.
    @inlinable package func since(_ other: MarketTime) -> Int64 {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(other.milliseconds)
        guard overflow else { return difference }
        return self < other ? .min : .max
    }

    /// The instant so much later, or the last one there is.
    @inlinable package func adding(milliseconds delta: Int64) -> MarketTime {
        let (sum, overflow) = milliseconds.addingReportingOverflow(delta)
        guard overflow else { return MarketTime(milliseconds: sum) }
        return MarketTime(milliseconds: delta < 0 ? .min : .max)
    }
}

extension MarketTime: CustomStringConvertible {
    @usableFromInline package var description: String { String(milliseconds) }
}
