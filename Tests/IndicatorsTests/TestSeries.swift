import Foundation
import Indicators
import Markets
import TestKit
import Testing

/// Candles made for the tests: seeded, and awkward on purpose.
enum TestSeries: String, CaseIterable, CustomTestStringConvertible {
    case walk, flat, mixed, enormous, tiny, short, single, empty, steps

    var testDescription: String { rawValue }

    var candles: CandleColumns {
        switch self {
        case .walk: Self.walk(count: 600, from: 100)
        case .flat: CandleColumns((0..<300).map { Self.candle($0, 7.3, 7.3, 7.3, 7.3, 0) })
        case .mixed: Self.roughWalk
        case .enormous: Self.walk(count: 300, from: 1e11)
        case .tiny: Self.walk(count: 300, from: 1e-6)
        case .short: Self.walk(count: 40, from: 100)
        case .single: Self.walk(count: 1, from: 100)
        case .empty: CandleColumns()
        case .steps: CandleColumns((0..<300).map { Self.candle($0, Double($0), Double($0), Double($0), Double($0), 1) })
        }
    }

    static func walk(count: Int, from start: Double, seed: UInt64 = 7) -> CandleColumns {
        var random = SeededGenerator(seed: seed)
        var price = start
        return CandleColumns(
            (0..<count).map { index in
                let open = price
                price *= exp(Double.random(in: -0.01...0.01, using: &random))
                let high = max(open, price) * Double.random(in: 1...1.005, using: &random)
                let low = min(open, price) * Double.random(in: 0.995...1, using: &random)
                return candle(index, open, high, low, price, Double.random(in: 0...50, using: &random))
            }
        )
    }

    /// Quiet stretches, candles without volume, missing candles, a wick of twelve prices and one vast volume.
    private static var roughWalk: CandleColumns {
        let walk = walk(count: 700, from: 100)
        return CandleColumns(
            (0..<walk.count).map { index in
                var candle = walk[index]
                candle.openTime = MarketTime(milliseconds: Int64(index + (index > 300 ? 2_000 : 0)) * 60_000)
                if (120..<190).contains(index) {
                    candle = Self.candle(index, 99.1, 99.1, 99.1, 99.1, index < 160 ? 0 : 3)
                }
                if index % 29 == 0 { candle.volume = 0 }
                if index == 250 { candle.high *= 12 }
                if index == 351 { candle.volume = 4e9 }
                return candle
            }
        )
    }

    static func candle(
        _ minute: Int,
        _ open: Double,
        _ high: Double,
        _ low: Double,
        _ close: Double,
        _ volume: Double
    ) -> CandleValues {
        let time = MarketTime(milliseconds: Int64(minute) * 60_000)
        return CandleValues(openTime: time, open: open, high: high, low: low, close: close, volume: volume)
    }
}

extension CandleColumns {
    var rows: [CandleValues] { (0..<count).map { self[$0] } }

    /// Every price times a factor.
    func scaled(by factor: Double) -> CandleColumns {
        CandleColumns(
            rows.map {
                CandleValues(
                    openTime: $0.openTime,
                    open: $0.open * factor,
                    high: $0.high * factor,
                    low: $0.low * factor,
                    close: $0.close * factor,
                    volume: $0.volume
                )
            }
        )
    }
}
