import Markets

/// What the candle engine has to say.
package enum CandleOutput: Hashable, Sendable {
    /// A candle that is final, or a correction of one.
    case closed(VenueCandle)
    /// A candle whose interval is over but whose trades were not all heard; a gap over it follows.
    case incomplete(VenueCandle)
    /// Candles are missing or incomplete here.
    case gap(CandleGap)
    /// The venue has delivered what was missing.
    case filled(CandleGap)
}

/// What the candle engine has seen of one venue, counted since the start.
package struct CandleCounters: Hashable, Sendable {
    package var trades = 0
    package var duplicates = 0
    /// Trades of minutes that were no longer kept; each marks a gap.
    package var late = 0
    /// Closed candles of a venue that equal ours, and that do not; the venue's is kept.
    package var agreed = 0
    package var differed = 0
    /// Gaps that were marked.
    package var gaps = 0
    /// Trades and candles of markets beyond the bound.
    package var beyondBound = 0

    package init() {}
}
