package import Markets

/// The figures of one candle as binary floating-point numbers, for analytics only; they never flow back into money.
package struct CandleValues: Hashable, Sendable {
    package var openTime: MarketTime
    package var open: Double
    package var high: Double
    package var low: Double
    package var close: Double
    /// Base asset.
    package var volume: Double

    package init(openTime: MarketTime, open: Double, high: Double, low: Double, close: Double, volume: Double) {
        self.openTime = openTime
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }

    package init(_ candle: Candle) {
        openTime = candle.openTime
        open = candle.open.value.nearestDouble
        high = candle.high.value.nearestDouble
        low = candle.low.value.nearestDouble
        close = candle.close.value.nearestDouble
        volume = candle.volume.value.nearestDouble
    }

    /// (high + low + close) / 3.
    var typicalPrice: Double { (high + low + close) / 3 }
}

extension CandleValues: IndicatorInput {
    package typealias Series = CandleColumns

    package var isUsable: Bool {
        open.isUsable && high.isUsable && low.isUsable && close.isUsable && volume.isUsable
    }
}
