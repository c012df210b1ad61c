import Backtesting
import Indicators
import Markets
import Testing

@Suite("What candles do to a position")
struct TradeSimulatorTests {
    private let free = TradingCosts(takerFee: 0, makerFee: 0)

    private func trades(
        _ plan: TradePlan,
        _ candles: [(Double, Double, Double, Double)],
        costs: TradingCosts,
        finer: FinerCandles? = nil,
        exitAfter: Int? = nil
    ) -> [ClosedPosition] {
        // The signal is born on a quiet candle at 100; the first of the given ones is entered at its open.
        let rows = [(100.0, 100.0, 100.0, 100.0)] + candles
        let columns = CandleColumns(
            rows.enumerated().map { BacktestCandles.candle($0, $1.0, $1.1, $1.2, $1.3) }
        )
        var script: [(Int, StrategySignal.Action)] = [(0, .enter(plan))]
        if let exitAfter { script.append((exitAfter, .exit)) }
        return Backtest(costs: costs, finer: finer).trades(ScriptedStrategy(script), over: columns)
    }

    private func plan(_ side: TradePlan.Side = .long, targets: [TradePlan.Target]? = nil) -> TradePlan {
        TradePlan(side: side, stop: 0.02, targets: targets ?? [TradePlan.Target(distance: 0.03, share: 1)])
    }

    private func near(_ got: Double?, _ want: Double) -> Bool { ((got ?? .nan) - want).magnitude < 1e-12 }

    @Test("The target is filled at its price, the stop at its own")
    func targetAndStop() {
        let won = trades(plan(), [(100, 101, 99, 100), (100, 104, 99, 102)], costs: free)
        #expect(won.first?.exit == .target)
        #expect(near(won.first?.result, 0.03))
        #expect(near(won.first?.resultR, 1.5))
        let lost = trades(plan(), [(100, 101, 99, 100), (100, 101, 97, 100)], costs: free)
        #expect(lost.first?.exit == .stop)
        #expect(near(lost.first?.result, -0.02))
        #expect(near(lost.first?.resultR, -1))
    }

    @Test("A short position is the mirror image")
    func short() {
        let won = trades(plan(.short), [(100, 101, 96, 100)], costs: free)
        #expect(near(won.first?.result, 0.03))
        let lost = trades(plan(.short), [(100, 103, 99, 100)], costs: free)
        #expect(near(lost.first?.result, -0.02))
    }

    @Test("An open beyond stop or target fills there")
    func gaps() {
        let below = trades(plan(), [(100, 101, 99, 100), (95, 96, 94, 95)], costs: free)
        #expect(near(below.first?.result, -0.05))
        #expect(below.first?.isAmbiguous == false)
        let above = trades(plan(), [(100, 101, 99, 100), (106, 107, 90, 100)], costs: free)
        #expect(near(above.first?.result, 0.06))
        #expect(above.first?.isAmbiguous == false)
    }

    @Test("Stop and target in one candle: the stop, marked ambiguous")
    func ambiguous() {
        let trade = trades(plan(), [(100, 104, 97, 102)], costs: free).first
        #expect(trade?.exit == .stop)
        #expect(trade?.isAmbiguous == true)
        #expect(near(trade?.result, -0.02))
    }

    @Test("Finer candles tell which came first, unless one of them is missing")
    func finer() {
        // The candle of the entry is the second hour; in its four quarters the target comes first.
        let quarters = [(100.0, 104.0, 99.0, 103.0), (103, 103, 100, 101), (101, 101, 97, 98), (98, 102, 98, 102)]
        let parts = quarters.enumerated().map {
            BacktestCandles.candle(4 + $0, $1.0, $1.1, $1.2, $1.3, minutes: 15)
        }
        let whole = FinerCandles(CandleColumns(parts), interval: .fifteenMinutes, within: .oneHour)
        let settled = trades(plan(), [(100, 104, 97, 102)], costs: free, finer: whole).first
        #expect(settled?.exit == .target)
        #expect(settled?.isAmbiguous == false)
        let gapped = FinerCandles(CandleColumns(parts.dropLast()), interval: .fifteenMinutes, within: .oneHour)
        #expect(trades(plan(), [(100, 104, 97, 102)], costs: free, finer: gapped).first?.isAmbiguous == true)
    }

    @Test("Fees are paid on what is bought and sold, slippage on orders at the market")
    func costs() {
        let costs = TradingCosts(takerFee: 0.001, makerFee: 0.0005, slippage: 0.01)
        // Entry at 101; target 104.03, maker fee on it; no slippage there.
        let won = trades(plan(), [(100, 110, 100, 105)], costs: costs).first
        #expect(near(won?.entryPrice, 101))
        #expect(near(won?.result, 0.03 - 0.001 - 0.0005 * 1.03))
        // Stop at 98.98, filled one percent below.
        let lost = trades(plan(), [(100, 101, 98, 100)], costs: costs).first
        #expect(near(lost?.result, 0.98 * 0.99 - 1 - 0.001 - 0.001 * 0.98 * 0.99))
    }

    @Test("Funding is paid at each funding time by who is long, and received by who is short")
    func funding() {
        let costs = TradingCosts(takerFee: 0, makerFee: 0, fundingRate: 0.001)
        let quiet = Array(repeating: (100.0, 100.5, 99.5, 100.0), count: 18)
        // Hours 1 to 18: funding at 8 and 16.
        let long = trades(plan(), quiet, costs: costs).first
        #expect(near(long?.funding, 0.002))
        #expect(near(long?.result, -0.002))
        #expect(near(trades(plan(.short), quiet, costs: costs).first?.result, 0.002))
    }

    @Test("A candle of a day holds three funding times, and a gap as many as it is long")
    func fundingOfLongCandles() {
        let costs = TradingCosts(takerFee: 0, makerFee: 0, fundingRate: 0.001)
        func funding(openDays: [Int]) -> Double? {
            let columns = CandleColumns(
                openDays.map { BacktestCandles.candle($0, 100, 100.5, 99.5, 100, minutes: 1_440) }
            )
            let entry = ScriptedStrategy([(0, .enter(plan()))])
            return Backtest(costs: costs).trades(entry, over: columns).first?.funding
        }
        #expect(near(funding(openDays: [0, 1, 2]), 0.003))
        #expect(near(funding(openDays: [0, 1, 4]), 0.009))
    }

    @Test("A position is left at the next signal that says so, not at one before it")
    func exitSignals() {
        let columns = BacktestCandles.walk(count: 60, seed: 3)
        let open = TradePlan(side: .long, stop: 0.9)
        let script: [(Int, StrategySignal.Action)] = [
            (1, .exit), (2, .enter(open)), (5, .enter(open)), (9, .exit), (9, .exit), (12, .enter(open)),
            (12, .exit), (20, .enter(open)), (30, .enter(open)), (40, .exit), (50, .enter(open)),
        ]
        let trades = Backtest(costs: free).trades(ScriptedStrategy(script), over: columns)
        #expect(trades.map(\.entryCandle) == [3, 13, 21, 51])
        #expect(trades.map(\.exitCandle) == [10, 13, 41, 59])
        #expect(trades.map(\.exit) == [.signal, .signal, .signal, .end])
    }

    @Test("Parts are sold at each target, and the stop then stands at the entry")
    func partialExits() {
        var split = plan(targets: [.init(distance: 0.02, share: 0.5), .init(distance: 0.05, share: 0.5)])
        split.breakevenAfterFirstTarget = true
        let even = trades(split, [(100, 102.5, 99.5, 102), (102, 103, 99, 100)], costs: free).first
        #expect(even?.exit == .breakeven)
        #expect(even?.targetsHit == 1)
        #expect(near(even?.result, 0.01))
        let both = trades(split, [(100, 102.5, 99.5, 102), (102, 106, 101, 105)], costs: free).first
        #expect(both?.exit == .target)
        #expect(near(both?.result, 0.5 * 0.02 + 0.5 * 0.05))
        split.breakevenAfterFirstTarget = false
        let lost = trades(split, [(100, 102.5, 99.5, 102), (102, 103, 97, 100)], costs: free).first
        #expect(near(lost?.result, 0.5 * 0.02 - 0.5 * 0.02))
    }

    @Test("A trailing stop follows closed candles only")
    func trailing() {
        let trail = TradePlan(side: .long, stop: 0.05, trail: 0.05)
        // High of 120: from the next candle on the stop is at 114.
        let trade = trades(trail, [(100, 120, 99, 118), (118, 119, 113, 115)], costs: free).first
        #expect(trade?.exit == .trail)
        #expect(near(trade?.result, 0.14))
    }

    @Test("The strategy's exit is the next open, an expiry the close, the end the last close")
    func otherExits() {
        let rows = [(100.0, 101.0, 99.0, 100.5), (100.6, 101, 99, 100.2), (100.4, 101, 99, 100.1)]
        let asked = trades(plan(), rows, costs: free, exitAfter: 1).first
        #expect(asked?.exit == .signal)
        #expect(near(asked?.result, 0.006))
        var short = plan()
        short.longestCandles = 2
        let expired = trades(short, rows, costs: free).first
        #expect(expired?.exit == .expiry)
        #expect(near(expired?.result, 0.002))
        let end = trades(plan(), rows, costs: free).first
        #expect(end?.exit == .end)
        #expect(near(end?.result, 0.001))
    }
}
