import Backtesting
import Indicators
import Testing

@Suite("The look-ahead probe")
struct LookAheadProbeTests {
    /// Enters whenever the next close will be higher: the usual off-by-one.
    private struct NextClose: Strategy {
        var identity: StrategyIdentity { StrategyIdentity(name: "next-close", version: 1, parameters: []) }

        func signals(over candles: CandleColumns) -> [StrategySignal] {
            let plan = TradePlan(side: .long, stop: 0.02, targets: [.init(distance: 0.01, share: 1)])
            return zip(candles.closes, candles.closes.dropFirst()).enumerated().compactMap { index, closes in
                closes.1 > closes.0 * 1.005 ? StrategySignal(candle: index, action: .enter(plan)) : nil
            }
        }
    }

    /// Enters below the mean of the whole series, a subtler kind: of the future it knows one number.
    private struct WholeMean: Strategy {
        var identity: StrategyIdentity { StrategyIdentity(name: "whole-mean", version: 1, parameters: []) }

        func signals(over candles: CandleColumns) -> [StrategySignal] {
            let mean = candles.closes.reduce(0, +) / Double(max(1, candles.count))
            let plan = TradePlan(side: .long, stop: 0.02)
            return candles.closes.enumerated().compactMap { index, close in
                close < mean ? StrategySignal(candle: index, action: .enter(plan)) : nil
            }
        }
    }

    private let candles = BacktestCandles.walk(count: 1_000, seed: 2)

    @Test("A strategy that knows the next close is refused")
    func nextClose() {
        #expect(throws: LookAheadProbe.Finding.self) { try Backtest().run(NextClose(), over: candles) }
    }

    @Test("One that knows a mean of the future is refused")
    func wholeMean() {
        #expect(throws: LookAheadProbe.Finding.self) { try Backtest().run(WholeMean(), over: candles) }
    }

    @Test("An honest strategy passes, at every cut")
    func honest() throws {
        let strategy = try RuleStrategy.averageCross(fast: 5, slow: 20, stop: 0.02, target: 0.03)
        #expect(LookAheadProbe(cuts: 200).finding(strategy, over: candles) == nil)
    }

    @Test("Series too short to cut are passed")
    func short() throws {
        let strategy = try RuleStrategy.averageCross(fast: 5, slow: 20, stop: 0.02, target: 0.03)
        #expect(LookAheadProbe().finding(strategy, over: CandleColumns()) == nil)
        #expect(try Backtest().run(strategy, over: candles[0..<1]).trades.isEmpty)
    }
}
