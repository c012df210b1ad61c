/// An instant of the market: whole milliseconds since 1970-01-01 00:00 UTC.
package struct MarketTime: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: MarketTime, right: MarketTime) -> Bool { left.milliseconds < right.milliseconds }

    /// Milliseconds from the other instant to this one; negative when this one is earlier.
    package func since(_ other: MarketTime) -> Int64 { milliseconds - other.milliseconds }

    package func adding(milliseconds delta: Int64) -> MarketTime { MarketTime(milliseconds: milliseconds + delta) }
}

extension MarketTime: CustomStringConvertible {
    package var description: String { String(milliseconds) }
}
