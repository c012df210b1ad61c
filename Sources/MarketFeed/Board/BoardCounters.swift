/// What became of the events of one venue, or of all, that reached a ``MarketBoard``, counted since the start.
package struct BoardCounters: Hashable, Sendable {
    package var events = 0
    /// Older than, or the same as, what the board already knew.
    package var outOfOrder = 0
    /// Zero, negative or crossed prices.
    package var absurd = 0
    /// Far from the last price, or far ahead in time, and not confirmed by a second event.
    package var implausible = 0
    /// Of symbols beyond the bound per venue.
    package var beyondBound = 0

    package init() {}

    static func + (left: BoardCounters, right: BoardCounters) -> BoardCounters {
        var sum = left
        sum.events += right.events
        sum.outOfOrder += right.outOfOrder
        sum.absurd += right.absurd
        sum.implausible += right.implausible
        sum.beyondBound += right.beyondBound
        return sum
    }
}
