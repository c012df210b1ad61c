import Indicators
import Markets

/// Turns signals into trades, one position at a time.
///
/// A signal of a candle's close is filled at the next candle's open. Signals to enter while a position is open are
/// passed over; those to leave close it at the next open. What targets and closes change about the stop holds from the
/// next candle on.
struct TradeSimulator {
    let candles: CandleColumns
    let costs: TradingCosts
    /// Candles of a shorter interval over the same time, to settle what a candle leaves open.
    let finer: FinerCandles?

    func trades(_ signals: [StrategySignal]) -> [ClosedPosition] {
        var trades: [ClosedPosition] = []
        candles.withReader { read in
            var free = 0
            var exit = 0
            for (index, signal) in signals.enumerated() where signal.candle >= free {
                guard case .enter(let plan) = signal.action, signal.candle + 1 < candles.count else { continue }
                // The next one that says to leave: sought from where the last one was, or many signals would cost
                // their square.
                while exit < signals.count, exit <= index || signals[exit].action != .exit { exit += 1 }
                let asked = exit < signals.count ? signals[exit].candle + 1 : Int.max
                let trade = follow(plan, from: signal.candle + 1, asked: asked, read)
                trades.append(trade)
                // One born at the close of the candle that ended the trade is good.
                free = trade.exitCandle
            }
        }
        return trades
    }

    /// Follows a trade from the candle at whose open it is entered to its end, at the latest the open of `asked`.
    private func follow(
        _ plan: TradePlan,
        from entry: Int,
        asked: Int,
        _ read: (Int) -> CandleValues
    ) -> ClosedPosition {
        var position = OpenPosition(plan, at: read(entry).open, costs: costs)
        let expiry = plan.longestCandles.map { entry + max(1, $0) - 1 } ?? Int.max
        var index = entry
        while true {
            let candle = read(index)
            if index == asked {
                position.leave(at: candle.open)
                return trade(position, from: entry, to: index, exit: .signal, read)
            }
            if let exit = pass(candle, &position) {
                return trade(position, from: entry, to: index, exit: exit, read)
            }
            if index == expiry || index + 1 == candles.count {
                position.leave(at: candle.close)
                return trade(position, from: entry, to: index, exit: index == expiry ? .expiry : .end, read)
            }
            position.follow(candle)
            index += 1
            if plan.trail == nil, costs.fundingRate == 0 {
                index = firstEvent(position, from: index, atLatest: min(asked, expiry, candles.count - 1))
            }
            if costs.fundingRate != 0 {
                let times = fundings(after: candle.openTime, to: read(index).openTime)
                if times > 0 { position.payFunding(at: candle.close, times: times) }
            }
        }
    }

    /// The next candle that reaches a price which matters; of a long trade nearly none does.
    @inline(__always)
    private func firstEvent(_ position: OpenPosition, from first: Int, atLatest last: Int) -> Int {
        let (below, above) = position.quietRange
        return candles.lows.withUnsafeBufferPointer { lows in
            candles.highs.withUnsafeBufferPointer { highs in
                var index = first
                while index < last, lows[index] > below, highs[index] < above { index += 1 }
                return index
            }
        }
    }

    /// What one candle does, told by finer candles where it cannot tell itself.
    @inline(__always)
    private func pass(_ candle: CandleValues, _ position: inout OpenPosition) -> ClosedPosition.Exit? {
        if let finer, position.isUndecided(candle), let parts = finer.parts(of: candle) {
            for part in parts {
                if let exit = position.trade(through: part) { return exit }
            }
            return nil
        }
        return position.trade(through: candle)
    }

    /// How many funding times lie after the first instant and not after the second: several in a long candle or a gap.
    private func fundings(after first: MarketTime, to second: MarketTime) -> Int {
        let length = Int64(costs.fundingHours) * 3_600_000
        return Int(second.milliseconds / length - first.milliseconds / length)
    }

    private func trade(
        _ position: OpenPosition,
        from entry: Int,
        to exit: Int,
        exit reason: ClosedPosition.Exit,
        _ read: (Int) -> CandleValues
    ) -> ClosedPosition {
        ClosedPosition(
            side: position.plan.side,
            entryCandle: entry,
            exitCandle: exit,
            entryTime: read(entry).openTime,
            exitTime: read(exit).openTime,
            entryPrice: position.entryPrice,
            exitPrice: position.proceeds,
            targetsHit: position.targetsHit,
            exit: reason,
            isAmbiguous: position.isAmbiguous,
            result: position.result,
            fees: position.fees,
            funding: position.funding,
            resultR: position.result / position.plan.stop,
            confidence: position.plan.confidence
        )
    }
}
