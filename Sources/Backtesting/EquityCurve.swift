import Indicators
package import Markets

/// The worth of an account that began with 1 and puts the same part of itself into each trade.
package struct EquityCurve: Hashable, Sendable {
    /// The worth at the close of the last candle of each UTC day.
    package struct Day: Hashable, Sendable {
        package var start: MarketTime
        package var worth: Double
    }

    package private(set) var days: [Day] = []
    /// At the last candle.
    package private(set) var last = 1.0
    /// Deepest fall below the highest point so far, at the closes of candles; 0…1.
    package private(set) var drawdown = 0.0
    /// Part of the candles at whose close a position was open.
    package private(set) var exposure = 0.0

    /// Of trades that followed one another, each with the same part of the worth, `stake`, as its notional.
    init(trades: [ClosedPosition], over candles: CandleColumns, stake: Double) {
        var realised = 1.0
        var highest = 1.0
        var open = 0
        var next = trades.startIndex
        var dayEnd = MarketTime(milliseconds: 0)
        for index in 0..<candles.count {
            while next < trades.endIndex, trades[next].exitCandle <= index {
                realised *= 1 + stake * trades[next].result
                next += 1
            }
            var worth = realised
            if next < trades.endIndex, trades[next].entryCandle <= index {
                open += 1
                worth *= 1 + stake * trades[next].unrealised(at: candles.closes[index])
            }
            highest = max(highest, worth)
            drawdown = max(drawdown, 1 - worth / highest)
            last = worth
            let time = candles.openTimes[index]
            if time < dayEnd {
                days[days.count - 1].worth = worth
            } else {
                let start = CandleInterval.oneDay.openTime(of: time)
                days.append(Day(start: start, worth: worth))
                dayEnd = start.adding(milliseconds: CandleInterval.oneDay.milliseconds)
            }
        }
        if candles.count > 0 { exposure = Double(open) / Double(candles.count) }
    }

    /// From each day's end to the next.
    var dailyReturns: [Double] { zip(days, days.dropFirst()).map { $1.worth / $0.worth - 1 } }
}

extension ClosedPosition {
    /// The gain of the whole position at a price, its entry's fee paid; parts already sold count at the price as well.
    fileprivate func unrealised(at price: Double) -> Double {
        side.sign * (price - entryPrice) / entryPrice
    }
}
