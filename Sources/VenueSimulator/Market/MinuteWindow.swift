import Markets

/// The last 1,440 minutes of one market, the open one included, with their running totals.
struct MinuteWindow: Sendable {
    static let length = 1440

    /// A ring: a minute stands at its number modulo the length.
    private var bars: [TickBar]
    private(set) var current: TickBar
    /// Over the closed minutes of the window.
    private var totals: TickBar

    /// - Parameters:
    ///   - past: the 1,439 minutes before the open one, oldest first.
    ///   - current: the open minute.
    init(past: [TickBar], current: TickBar) {
        precondition(past.count == Self.length - 1, "a window holds one day")
        bars = [TickBar](repeating: current, count: Self.length)
        for bar in past { bars[Self.slot(bar.minute)] = bar }
        self.current = current
        totals = current
        recount()
    }

    mutating func add(_ draw: MinuteTrades.Draw) {
        current.add(draw)
    }

    /// Closes the open minute and opens the next.
    mutating func roll() -> TickBar {
        let closed = current
        bars[Self.slot(closed.minute)] = closed
        current = TickBar(minute: Int64(closed.minute) + 1, price: Int64(closed.close))
        bars[Self.slot(current.minute)] = current
        recount()
        return closed
    }

    /// The open minute and the 1,439 before it as one bar that starts with the first of them.
    var day: TickBar {
        guard current.trades > 0 else { return totals }
        var whole = totals
        whole.high = max(whole.high, current.high)
        whole.low = min(whole.low, current.low)
        whole.close = current.close
        whole.trades += current.trades
        whole.lots += current.lots
        whole.turnover += current.turnover
        whole.takerBuyLots += current.takerBuyLots
        whole.takerBuyTurnover += current.takerBuyTurnover
        return whole
    }

    var firstMinute: Int64 { Int64(current.minute) - Int64(Self.length) + 1 }

    func bar(_ minute: Int64) -> TickBar {
        minute == Int64(current.minute) ? current : bars[Self.slot(Int32(clamping: minute))]
    }

    /// Once a minute and market; 1,439 additions are cheaper than keeping extremes in order as minutes leave.
    private mutating func recount() {
        var minute = Int32(clamping: firstMinute)
        var whole = bars[Self.slot(minute)]
        minute += 1
        while minute < current.minute {
            let bar = bars[Self.slot(minute)]
            whole.high = max(whole.high, bar.high)
            whole.low = min(whole.low, bar.low)
            whole.close = bar.close
            whole.trades += bar.trades
            whole.lots += bar.lots
            whole.turnover += bar.turnover
            whole.takerBuyLots += bar.takerBuyLots
            whole.takerBuyTurnover += bar.takerBuyTurnover
            minute += 1
        }
        totals = whole
    }

    private static func slot(_ minute: Int32) -> Int { Int(minute) % length }
}
