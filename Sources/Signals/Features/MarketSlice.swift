package import Indicators
package import Markets

/// The closed candles of one interval, of all symbols of a universe; nil where a symbol has none.
package struct MarketSlice: Hashable, Sendable {
    package let openTime: MarketTime
    /// In the order of the universe.
    package let candles: [CandleValues?]

    package init(openTime: MarketTime, candles: [CandleValues?]) {
        self.openTime = openTime
        self.candles = candles
    }
}
