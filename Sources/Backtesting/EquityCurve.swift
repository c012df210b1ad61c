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
        var writer = EquityWriter(candles: candles)
        var realised = 1.0
        var open = 0
        for trade in trades {
            writer.stay(at: realised, until: trade.entryCandle)
            writer.follow(trade, from: realised, stake: stake)
            realised *= 1 + stake * trade.result
            open += trade.exitCandle - trade.entryCandle
        }
        writer.stay(at: realised, until: candles.count)
        days = writer.days
        last = realised
        drawdown = writer.drawdown
        if candles.count > 0 { exposure = Double(open) / Double(candles.count) }
    }

    /// From each day's end to the next.
    var dailyReturns: [Double] { zip(days, days.dropFirst()).map { $1.worth / $0.worth - 1 } }
}

/// Goes through the candles once, from trade to trade.
private struct EquityWriter {
    let candles: CandleColumns
    private(set) var days: [EquityCurve.Day] = []
    private(set) var drawdown = 0.0
    private var highest = 1.0
    /// Below it, the worth has fallen deeper than ever.
    private var deepest = 1.0
    private var index = 0
    private var dayEnd = MarketTime(milliseconds: 0)

    init(candles: CandleColumns) { self.candles = candles }

    /// The same worth at each candle before the end.
    mutating func stay(at worth: Double, until end: Int) {
        guard index < end else { return }
        weigh(worth)
        candles.openTimes.withUnsafeBufferPointer { times in
            // What is left of a day in which a trade ended.
            if times[index] < dayEnd { days[days.count - 1].worth = worth }
            while index < end {
                if times[index] >= dayEnd { beginDay(times[index], worth) }
                index += 1
            }
        }
    }

    /// What the whole position is worth at each close before its last candle's, the entry's fee paid; parts already sold
    /// count at the close as well.
    mutating func follow(_ trade: ClosedPosition, from realised: Double, stake: Double) {
        guard index < trade.exitCandle else { return }
        let gain = stake * trade.side.sign / trade.entryPrice
        var worth = realised
        candles.openTimes.withUnsafeBufferPointer { times in
            candles.closes.withUnsafeBufferPointer { closes in
                while index < trade.exitCandle {
                    let time = times[index]
                    if time >= dayEnd {
                        if !days.isEmpty { days[days.count - 1].worth = worth }
                        beginDay(time, worth)
                    }
                    worth = realised * (1 + gain * (closes[index] - trade.entryPrice))
                    weigh(worth)
                    index += 1
                }
            }
        }
        days[days.count - 1].worth = worth
    }

    private mutating func beginDay(_ time: MarketTime, _ worth: Double) {
        let start = CandleInterval.oneDay.openTime(of: time)
        days.append(EquityCurve.Day(start: start, worth: worth))
        dayEnd = start.adding(milliseconds: CandleInterval.oneDay.milliseconds)
    }

    @inline(__always)
    private mutating func weigh(_ worth: Double) {
        if worth > highest {
            highest = worth
            deepest = worth * (1 - drawdown)
        } else if worth < deepest {
            deepest = worth
            // A rounding of `deepest` lets the same depth come by again.
            drawdown = max(drawdown, 1 - worth / highest)
        }
    }
}
