import Backtesting
import Foundation
import Indicators
import Markets
import TestKit
import Testing

@Suite("Backtests")
struct BacktestTests {
    private let costs = TradingCosts(takerFee: 0.001, makerFee: 0.001)

    private func expectAgreement(
        _ candles: CandleColumns,
        fast: Int,
        slow: Int,
        stop: Double,
        target: Double,
        start: AverageCrossing.Start = .mean
    ) throws {
        let strategy = try RuleStrategy.averageCross(fast: fast, slow: slow, stop: stop, target: target, start: start)
        let got = Backtest(costs: costs).trades(strategy, over: candles)
        let want = ReferenceBacktest.trades(
            candles,
            fast: fast,
            slow: slow,
            stop: stop,
            target: target,
            fee: 0.001,
            start: start
        )
        #expect(!want.isEmpty)
        #expect(got.map(\.entryCandle) == want.map(\.entry))
        #expect(got.map(\.exitCandle) == want.map(\.exit))
        #expect(got.map(\.isAmbiguous) == want.map(\.isAmbiguous))
        for (got, want) in zip(got, want) { #expect((got.result - want.result).magnitude < 1e-12) }
    }

    @Test("Every trade is that of a slow, obvious loop", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func reference(seed: UInt64) throws {
        let candles = BacktestCandles.walk(count: 3_000, seed: seed)
        try expectAgreement(candles, fast: 5, slow: 20, stop: 0.02, target: 0.03)
        try expectAgreement(candles, fast: 3, slow: 7, stop: 0.005, target: 0.005)
        try expectAgreement(candles, fast: 5, slow: 20, stop: 0.02, target: 0.03, start: .firstClose)
    }

    @Test(
        "So it is over three years of recorded candles",
        .enabled(if: SharedData.isPresent, "no recorded candles"),
        arguments: ["BTCUSDT", "SOLUSDT"]
    )
    func recorded(symbol: String) throws {
        let folder = try #require(SharedData.url)
        let file = folder.appendingPathComponent("candles/binance-usdm-1h/\(symbol)-1h.csv.gz")
        let candles = try CandleFile.read(file.path)
        #expect(candles.count == 27_952)
        try expectAgreement(candles, fast: 20, slow: 50, stop: 0.02, target: 0.03)
    }

    @Test("A sweep gives each strategy what it gets alone, at any number of threads", arguments: [1, 2, 3, 7])
    func sweep(threads: Int) async throws {
        let candles = BacktestCandles.walk(count: 2_000, seed: 9)
        let strategies = try (2..<20).map {
            try RuleStrategy.averageCross(fast: $0, slow: 25, stop: 0.02, target: 0.03)
        }
        let backtest = Backtest(costs: costs)
        let alone = strategies.map { backtest.trades($0, over: candles) }
        let sweep = ParameterSweep(backtest: backtest, threads: threads)
        #expect(await sweep.run(strategies, over: candles) { $0 } == alone)
    }

    @Test("A stream of the same candles says the same as a batch")
    func liveParity() throws {
        let candles = BacktestCandles.walk(count: 2_000, seed: 4)
        var live = try RuleStrategy.averageCross(fast: 5, slow: 20, stop: 0.02, target: 0.03)
        let batch = live.signals(over: candles)
        let streamed = (0..<candles.count).compactMap { index in
            live.ingest(candles[index]).map { StrategySignal(candle: index, action: $0) }
        }
        #expect(batch == streamed)
        #expect(!batch.isEmpty)
    }

    @Test("The statistics are those of the trades")
    func statistics() throws {
        let plan = TradePlan(side: .long, stop: 0.25, targets: [.init(distance: 0.25, share: 1)], confidence: 0.5)
        let candles = CandleColumns(
            [(100.0, 100.0), (100, 125), (100, 100), (100, 75), (100, 100), (100, 125), (100, 100)].enumerated().map {
                BacktestCandles.candle($0, $1.0, max($1.0, $1.1), min($1.0, $1.1), $1.1, minutes: 1_440)
            }
        )
        let strategy = ScriptedStrategy([(0, .enter(plan)), (2, .enter(plan)), (4, .enter(plan))])
        let free = TradingCosts(takerFee: 0, makerFee: 0)
        let result = try Backtest(costs: free).run(strategy, over: candles)
        let statistics = result.statistics
        #expect(statistics.trades == 3)
        #expect(statistics.wins == 2)
        #expect(((statistics.expectancyR ?? 0) - 1.0 / 3).magnitude < 1e-12)
        #expect(((statistics.profitFactor ?? 0) - 2).magnitude < 1e-12)
        #expect((statistics.totalReturn - (1.25 * 0.75 * 1.25 - 1)).magnitude < 1e-12)
        #expect((statistics.drawdown - 0.25).magnitude < 1e-12)
        #expect(result.equity.days.map(\.worth) == [1, 1.25, 1.25, 0.9375, 0.9375, 1.171875, 1.171875])
        #expect(result.reliability.bins.map(\.hitRate).reduce(0, +) == 2)
        #expect(((result.reliability.brierScore ?? 0) - 0.25).magnitude < 1e-12)
    }

    @Test("A result's hash is that of its candles, parameters and trades")
    func hash() throws {
        let candles = BacktestCandles.walk(count: 500, seed: 1)
        func hash(_ candles: CandleColumns, stop: Double = 0.02, fee: Double = 0.001) throws -> ResultHash {
            let backtest = Backtest(costs: TradingCosts(takerFee: fee))
            let strategy = try RuleStrategy.averageCross(fast: 5, slow: 20, stop: stop, target: 0.03)
            return ResultHash(try backtest.run(strategy, over: candles), of: candles, under: backtest)
        }
        let first = try hash(candles)
        #expect(first.description.count == 64)
        #expect(try hash(candles) == first)
        #expect(try hash(candles, stop: 0.021) != first)
        #expect(try hash(candles, fee: 0.002) != first)
        #expect(try hash(candles[0..<499]) != first)
    }

    @Test("It is that of every other candle that was looked at, and of what was said to be likely")
    func hashOfAll() throws {
        let candles = BacktestCandles.walk(count: 40, seed: 1)
        let other = BacktestCandles.walk(count: 40, seed: 2)
        func hash(finer: CandleColumns? = nil, companions: [CandleColumns] = [], confidence: Double? = nil) throws
            -> ResultHash
        {
            let finer = finer.map { FinerCandles($0, interval: .fifteenMinutes, within: .oneHour) }
            let plan = TradePlan(side: .long, stop: 0.5, longestCandles: 3, confidence: confidence)
            let backtest = Backtest(finer: finer)
            let result = try backtest.run(ScriptedStrategy([(5, .enter(plan))]), over: candles)
            #expect(result.trades.count == 1)
            return ResultHash(result, of: candles, under: backtest, companions: companions)
        }
        let all = try [
            hash(), hash(finer: other), hash(companions: [other]), hash(companions: [candles]), hash(confidence: 0),
            hash(confidence: 0.5),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test("What was hashed once has that hash on every machine")
    func knownHash() throws {
        // Prices whose digits are binary, so that the walk needs no function of a mathematics library.
        let candles = CandleColumns(
            (0..<400).map { index in
                let price = 1024 + Double((index * 7919) % 257) - 128
                return BacktestCandles.candle(index, price, price + 16, price - 16, price + 8)
            }
        )
        let backtest = Backtest()
        let strategy = try RuleStrategy.averageCross(fast: 3, slow: 9, stop: 0.02, target: 0.03)
        let result = try backtest.run(strategy, over: candles)
        #expect(result.trades.count == 73)
        let known = "c2a044e5ec4e9f930259a046228f329caf41df6138fa951a137fa44b7de0721b"
        #expect(ResultHash(result, of: candles, under: backtest).description == known)
    }

    @Test("Walking forward, training ends before the test by the purge, and tests do not overlap")
    func walkForward() async throws {
        let candles = BacktestCandles.walk(count: 3_000, seed: 6)
        let strategies = try (2..<8).map { try RuleStrategy.averageCross(fast: $0, slow: 20, stop: 0.02, target: 0.03) }
        let forward = WalkForward(
            backtest: Backtest(costs: costs),
            training: 1_000,
            testing: 400,
            purge: 50,
            warmUp: 100
        )
        let folds = await forward.run(strategies, over: candles)
        #expect(folds.count == 4)
        for (index, fold) in folds.enumerated() {
            #expect(fold.testing.lowerBound - fold.training.upperBound == 50)
            if index > 0 { #expect(fold.testing.lowerBound == folds[index - 1].testing.upperBound) }
            #expect(
                fold.trades.allSatisfy { fold.testing.contains($0.entryCandle) && fold.testing.contains($0.exitCandle) }
            )
        }
        // What follows a fold's training cannot change what is chosen.
        #expect(await forward.run(strategies, over: candles[0..<1_450]).map(\.chosen) == [folds[0].chosen])
        #expect(await forward.run(strategies, over: candles[0..<1_449]).isEmpty)
        #expect(forward.shortest == 1_450)
        for threads in [2, 5] {
            #expect(await forward.run(strategies, over: candles, threads: threads) == folds)
        }
    }
}
