import Backtesting
import Indicators
import Markets
import TestKit
import Testing

@Suite("The equity curve")
struct EquityCurveTests {
    /// The worth at every close, in the slow, obvious way.
    private struct SlowCurve {
        var worths: [Double] = []
        var exposed = 0

        init(_ trades: [ClosedPosition], over candles: CandleColumns, stake: Double) {
            for index in 0..<candles.count {
                var worth = trades.filter { $0.exitCandle <= index }.reduce(1) { $0 * (1 + stake * $1.result) }
                if let open = trades.first(where: { $0.entryCandle <= index && index < $0.exitCandle }) {
                    let move = (candles.closes[index] - open.entryPrice) / open.entryPrice
                    worth *= 1 + stake * (open.side == .long ? move : -move)
                    exposed += 1
                }
                worths.append(worth)
            }
        }

        var drawdown: Double {
            worths.indices.reduce(0) { max($0, 1 - worths[$1] / max(1, worths[...$1].max() ?? 1)) }
        }
    }

    /// Entries and exits of every kind at random, some of them within one candle, over candles with holes of days.
    private func result(seed: UInt64, stake: Double) throws -> (BacktestResult, CandleColumns) {
        var random = SeededGenerator(seed: seed)
        let walk = BacktestCandles.walk(count: 900, seed: seed)
        var hole = 0
        let candles = CandleColumns(
            (0..<walk.count).compactMap { index in
                if Int.random(in: 0..<60, using: &random) == 0 { hole = Int.random(in: 1...70, using: &random) }
                hole -= 1
                return hole >= 0 ? nil : walk[index]
            }
        )
        let script = (0..<candles.count).compactMap { index -> (Int, StrategySignal.Action)? in
            guard Int.random(in: 0..<4, using: &random) == 0 else { return nil }
            guard Int.random(in: 0..<5, using: &random) > 0 else { return (index, .exit) }
            let target = Double.random(in: 0.002...0.06, using: &random)
            let plan = TradePlan(
                side: Bool.random(using: &random) ? .long : .short,
                stop: Double.random(in: 0.002...0.05, using: &random),
                targets: [.init(distance: target, share: 0.5), .init(distance: 2 * target, share: 0.5)],
                longestCandles: Int.random(in: 1...40, using: &random)
            )
            return (index, .enter(plan))
        }
        let result = try Backtest(stake: stake).run(ScriptedStrategy(script), over: candles)
        return (result, candles)
    }

    @Test("It is that of a look at every close", arguments: Array(1...12) as [UInt64])
    func slow(seed: UInt64) throws {
        let stake = [0.1, 1, 3][Int(seed % 3)]
        let (result, candles) = try result(seed: seed, stake: stake)
        #expect(result.trades.count > 30)
        #expect(result.trades.contains { $0.entryCandle == $0.exitCandle })
        let slow = SlowCurve(result.trades, over: candles, stake: stake)
        let days = Dictionary(grouping: 0..<candles.count) { CandleInterval.oneDay.openTime(of: candles.openTimes[$0]) }
        #expect(result.equity.days.map(\.start) == days.keys.sorted())
        for day in result.equity.days {
            let want = try #require(days[day.start]?.last.map { slow.worths[$0] })
            #expect((day.worth - want).magnitude <= 1e-14 * want)
        }
        #expect(result.equity.last == slow.worths.last)
        #expect((result.equity.drawdown - slow.drawdown).magnitude < 1e-14)
        #expect(result.equity.exposure == Double(slow.exposed) / Double(candles.count))
    }

    @Test("Without trades it stays where it began")
    func noTrades() throws {
        let candles = BacktestCandles.walk(count: 50, seed: 1)
        let equity = try Backtest().run(ScriptedStrategy([]), over: candles).equity
        #expect(equity.days.map(\.worth) == [1, 1, 1])
        #expect(equity.last == 1)
        #expect(equity.drawdown == 0)
        #expect(equity.exposure == 0)
        let none = try Backtest().run(ScriptedStrategy([]), over: CandleColumns())
        #expect(none.equity.days.isEmpty)
        #expect(none.statistics.sharpe == nil)
    }
}
