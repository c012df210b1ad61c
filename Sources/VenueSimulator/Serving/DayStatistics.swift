package import Markets

/// The last 24 hours of one market, counted in whole minutes: the open minute and the 1,439 before it.
package struct DayStatistics: Hashable, Sendable {
    /// Start of the first minute counted.
    package var openTime: MarketTime
    package var closeTime: MarketTime
    /// One candle over all of it; nil while nothing was traded in the window.
    package var bar: Bar?
    /// Price before the window.
    package var previousClose: Price?
    package var last: Print?

    package init(openTime: MarketTime, closeTime: MarketTime, bar: Bar?, previousClose: Price?, last: Print?) {
        self.openTime = openTime
        self.closeTime = closeTime
        self.bar = bar
        self.previousClose = previousClose
        self.last = last
    }
}
