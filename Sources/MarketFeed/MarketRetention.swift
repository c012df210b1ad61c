package import Markets

/// How long market data is kept.
package struct MarketRetention: Hashable, Sendable {
    /// Days that candles of each length are kept; one that is not named is kept for good.
    package var candleDays: [CandleInterval: Int]
    package var liquidationDays: Int

    package init(
        candleDays: [CandleInterval: Int] = [
            .oneMinute: 30, .fiveMinutes: 90, .fifteenMinutes: 180, .oneHour: 730, .fourHours: 1_825,
        ],
        liquidationDays: Int = 30
    ) {
        self.candleDays = candleDays
        self.liquidationDays = liquidationDays
    }
}
