import Backtesting
import Foundation
import Indicators
import Markets
import TestKit

/// Candles made for the tests.
enum BacktestCandles {
    static func candle(
        _ index: Int,
        _ open: Double,
        _ high: Double,
        _ low: Double,
        _ close: Double,
        minutes: Int64 = 60
    ) -> CandleValues {
        let time = MarketTime(milliseconds: Int64(index) * minutes * 60_000)
        return CandleValues(openTime: time, open: open, high: high, low: low, close: close, volume: 1)
    }

    static func walk(count: Int, seed: UInt64) -> CandleColumns {
        var random = SeededGenerator(seed: seed)
        var price = 100.0
        return CandleColumns(
            (0..<count).map { index in
                let open = price * Double.random(in: 0.998...1.002, using: &random)
                let close = open * exp(Double.random(in: -0.015...0.015, using: &random))
                price = close
                let high = max(open, close) * Double.random(in: 1...1.01, using: &random)
                let low = min(open, close) * Double.random(in: 0.99...1, using: &random)
                return candle(index, open, high, low, close)
            }
        )
    }
}

/// Says what it was told to, at the candles it was told.
struct ScriptedStrategy: Strategy {
    let script: [StrategySignal]

    init(_ script: [(Int, StrategySignal.Action)]) {
        self.script = script.map { StrategySignal(candle: $0.0, action: $0.1) }
    }

    var identity: StrategyIdentity { StrategyIdentity(name: "scripted", version: 1, parameters: []) }

    func signals(over candles: CandleColumns) -> [StrategySignal] { script.filter { $0.candle < candles.count } }
}
