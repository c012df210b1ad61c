package import Markets

/// What can be wrong with a question to the market data.
package enum MarketFeedError: Error, Equatable, Sendable {
    /// No venue that we read lists this symbol; the text is as it was asked.
    case symbolUnknown(String)
    case venueUnknown(String)
    /// The symbol exists, but not on the venue that was named.
    case symbolNotOnVenue(Symbol, Venue)
    case intervalUnknown(String)
    /// Outside 1…1,000.
    case limitOutOfRange(Int)
    /// An instant outside the years 2000 to 2100.
    case instantOutOfRange(MarketTime)
    /// `from` is not before `to`.
    case rangeImpossible(from: MarketTime, to: MarketTime)
    /// More candles than one answer may hold lie between `from` and `to`.
    case rangeTooWide(candles: Int64, limit: Int)
    /// The candle store does not answer; asking again later may help.
    case storeUnavailable
}
