package import Markets

/// What a dialect can be asked about: a simulated market, or a recorded one as far as it was played.
///
/// Markets are named by their position in `listings`, which only grows.
package protocol ServedMarket: Sendable {
    var time: MarketTime { get }
    var listings: [Listing] { get }

    mutating func day(of listing: Int) -> DayStatistics
    /// Nil where no book is known.
    func quote(of listing: Int) -> TopOfBook?
    /// The newest trades, oldest first.
    func prints(of listing: Int, limit: Int) -> [Print]
    mutating func series(of listing: Int) -> any BarSeries
    /// Nil for a spot market, and where nothing is known of a perpetual but its trades.
    func perpetual(of listing: Int) -> (any PerpetualSeries)?
    /// Nil where no book is known.
    mutating func depth(of listing: Int) -> DepthSnapshot?
    /// What changed in a market's book since the last call; nil where nothing did, or where books come recorded.
    mutating func depthChange(of listing: Int) -> DepthChange?
}

extension ServedMarket {
    package func perpetual(of listing: Int) -> (any PerpetualSeries)? { nil }
}
