import Foundation
import Indicators
import Markets
import Signals
import TestKit

/// A market of random walks that lean on each other, from the first hour of 2024 on.
enum RandomMarket {
    static let start: Int64 = 1_704_067_200_000

    static func slices(_ count: Int, symbols: Int = 9, seed: UInt64 = 7) -> [MarketSlice] {
        var generator = SeededGenerator(seed: seed)
        var prices = (0..<symbols).map { 100.0 * Double($0 + 1) }
        return (0..<count).map { hour in
            let time = MarketTime(milliseconds: start + Int64(hour) * 3_600_000)
            let market = Double.random(in: -0.01...0.01, using: &generator)
            let candles: [CandleValues?] = (0..<symbols).map { index in
                let open = prices[index]
                let close = open * exp(market + Double.random(in: -0.01...0.01, using: &generator))
                prices[index] = close
                let reach = 1 + Double.random(in: 0...0.005, using: &generator)
                return CandleValues(
                    openTime: time,
                    open: open,
                    high: max(open, close) * reach,
                    low: min(open, close) / reach,
                    close: close,
                    volume: Double.random(in: 100...1_000, using: &generator)
                )
            }
            return MarketSlice(openTime: time, candles: candles)
        }
    }
}

extension MarketSlice {
    /// The same moment with each candle turned upside down about its open, on three times the volume.
    var mirrored: MarketSlice {
        MarketSlice(
            openTime: openTime,
            candles: candles.map { candle in
                candle.map { candle in
                    func turned(_ price: Double) -> Double { candle.open * (candle.open / price) }
                    return CandleValues(
                        openTime: candle.openTime,
                        open: candle.open,
                        high: turned(candle.low),
                        low: turned(candle.high),
                        close: turned(candle.close),
                        volume: candle.volume * 3
                    )
                }
            }
        )
    }

    /// The same without the candle of one symbol.
    func missing(_ symbol: Int) -> MarketSlice {
        MarketSlice(openTime: openTime, candles: candles.enumerated().map { $0.offset == symbol ? nil : $0.element })
    }
}
