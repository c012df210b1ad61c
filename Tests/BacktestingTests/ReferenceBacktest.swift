import Backtesting
import Foundation
import Indicators

/// The cross of two averages traded in the slow, obvious way: one loop, one candle after the other.
enum ReferenceBacktest {
    struct Trade: Equatable {
        var entry: Int
        var exit: Int
        var result: Double
        var isAmbiguous: Bool
    }

    static func average(_ closes: [Double], _ period: Int, _ start: AverageCrossing.Start) -> [Double?] {
        if start == .firstClose {
            var average = closes[0]
            return closes.map { close in
                average += 2 / Double(period + 1) * (close - average)
                return average
            }
        }
        var averages = [Double?](repeating: nil, count: closes.count)
        guard closes.count >= period else { return averages }
        var average = closes[0..<period].reduce(0, +) / Double(period)
        averages[period - 1] = average
        for index in period..<closes.count {
            average += 2 / Double(period + 1) * (closes[index] - average)
            averages[index] = average
        }
        return averages
    }

    static func trades(
        _ candles: CandleColumns,
        fast: Int,
        slow: Int,
        stop: Double,
        target: Double,
        fee: Double,
        start: AverageCrossing.Start = .mean
    ) -> [Trade] {
        let fasts = average(candles.closes, fast, start)
        let slows = average(candles.closes, slow, start)
        var trades: [Trade] = []
        var entry: (index: Int, price: Double)?
        for index in 1..<candles.count {
            var before: Bool?
            if index >= 2, let fast = fasts[index - 2], let slow = slows[index - 2] { before = fast > slow }
            var now: Bool?
            if let fast = fasts[index - 1], let slow = slows[index - 1] { now = fast > slow }
            let crossedUp = before == false && now == true
            let crossedDown = before == true && now == false
            func close(at price: Double, ambiguous: Bool = false) {
                guard let open = entry else { return }
                let result = (price - open.price) / open.price - fee - fee * price / open.price
                trades.append(Trade(entry: open.index, exit: index, result: result, isAmbiguous: ambiguous))
                entry = nil
            }
            if crossedDown { close(at: candles.opens[index]) }
            if crossedUp, entry == nil { entry = (index, candles.opens[index]) }
            guard let open = entry else { continue }
            let low = open.price * (1 - stop)
            let high = open.price * (1 + target)
            if candles.opens[index] <= low {
                close(at: candles.opens[index])
            } else if candles.opens[index] >= high {
                close(at: candles.opens[index])
            } else if candles.lows[index] <= low {
                close(at: low, ambiguous: candles.highs[index] >= high)
            } else if candles.highs[index] >= high {
                close(at: high)
            } else if index == candles.count - 1 {
                close(at: candles.closes[index])
            }
        }
        return trades
    }
}
