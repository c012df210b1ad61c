import Backtesting
import Foundation
import Indicators
import Markets
import TestKit
import Testing

@Suite("Strategies of rules")
struct RuleStrategyTests {
    private static func exits() -> ExitRules {
        ExitRules(
            stop: .ranges(1.5),
            targets: [.init(distance: .risks(1), share: 0.5), .init(distance: .risks(2), share: 0.5)]
        )
    }

    private static func all(_ exits: ExitRules) throws -> [RuleStrategy] {
        [
            try .averageCross(fast: 5, slow: 20, exits: exits),
            try .averageCross(fast: 5, slow: 20, exits: exits, start: .firstClose),
            try .trendPullback(fast: 10, slow: 30, level: 45, exits: exits),
            try .volumeBreakout(period: 10, factor: 1.2, exits: exits),
            try .meanReversion(period: 20, width: 1.5, exits: exits),
        ]
    }

    /// A walk with volumes, and candles missing on the way.
    private func walk(seed: UInt64) -> CandleColumns {
        let walk = BacktestCandles.walk(count: 2_000, seed: seed)
        var random = SeededGenerator(seed: seed)
        return CandleColumns(
            (0..<walk.count).filter { $0 % 97 != 0 }.map { index in
                var candle = walk[index]
                candle.volume = Double.random(in: 0...10, using: &random)
                return candle
            }
        )
    }

    @Test("Fed live, candle by candle, each gives the signals of its backtest", arguments: [1, 2, 3] as [UInt64])
    func liveParity(seed: UInt64) throws {
        let candles = walk(seed: seed)
        for exits in [Self.exits(), ExitRules(stop: 0.02, target: 0.03)] {
            for strategy in try Self.all(exits) {
                var live = strategy
                let streamed = (0..<candles.count).compactMap { index in
                    live.ingest(candles[index]).map { StrategySignal(candle: index, action: $0) }
                }
                #expect(strategy.signals(over: candles) == streamed, "\(strategy.identity.name)")
                #expect(streamed.count > 10, "\(strategy.identity.name)")
            }
        }
    }

    @Test(
        "Live, a recorded day of minutes gives the signals of a backtest of the days around it",
        .enabled(if: SharedData.isPresent, "no recorded candles")
    )
    func recordedDay() throws {
        let folder = try #require(SharedData.url)
        let file = folder.appendingPathComponent("candles/binance-spot/BTCUSDT-1m-2025-01.csv.gz")
        let month = try CandleFile.read(file.path)
        let day = 14_400..<15_840
        for strategy in try Self.all(Self.exits()) {
            // The server has seen ten days, and then that one.
            var live = strategy
            for index in 0..<day.lowerBound { _ = live.ingest(month[index]) }
            let streamed = day.compactMap { index in
                live.ingest(month[index]).map { StrategySignal(candle: index, action: $0) }
            }
            #expect(strategy.signals(over: month).filter { day.contains($0.candle) } == streamed)
            #expect(!streamed.isEmpty, "\(strategy.identity.name)")
        }
    }

    @Test("None looks ahead, at any cut")
    func lookAhead() throws {
        let candles = walk(seed: 5)
        for strategy in try Self.all(Self.exits()) {
            #expect(LookAheadProbe(cuts: 60).finding(strategy, over: candles) == nil, "\(strategy.identity.name)")
        }
    }

    private func candles(_ rows: [(close: Double, volume: Double)]) -> CandleColumns {
        CandleColumns(
            rows.enumerated().map { index, row in
                var candle = BacktestCandles.candle(index, row.close, row.close + 0.5, row.close - 0.5, row.close)
                candle.volume = row.volume
                return candle
            }
        )
    }

    private func sides(_ strategy: RuleStrategy, _ rows: [(close: Double, volume: Double)]) -> [Int: String] {
        let signals = strategy.signals(over: candles(rows))
        return Dictionary(
            uniqueKeysWithValues: signals.map { signal in
                switch signal.action {
                case .enter(let plan): (signal.candle, plan.side == .long ? "long" : "short")
                case .exit: (signal.candle, "leave")
                }
            }
        )
    }

    @Test("A breakout takes a close beyond the last range and the volume for it")
    func breakout() throws {
        let strategy = try RuleStrategy.volumeBreakout(period: 3, factor: 2, exits: ExitRules(stop: 0.1, target: 0.1))
        let quiet = Array(repeating: (close: 100.0, volume: 10.0), count: 4)
        #expect(sides(strategy, quiet + [(101, 20)]) == [4: "long"])
        #expect(sides(strategy, quiet + [(99, 20)]) == [4: "short"])
        #expect(sides(strategy, quiet + [(101, 19)]).isEmpty)
        // Above the closes, within the range of the highs.
        #expect(sides(strategy, quiet + [(100.4, 50)]).isEmpty)
    }

    @Test("Mean reversion enters on the way back, and leaves at the middle")
    func reversion() throws {
        let strategy = try RuleStrategy.meanReversion(period: 4, width: 1.5, exits: ExitRules(stop: 0.1, target: 0.1))
        let calm = [100.0, 101, 100, 101, 100, 101, 100].map { (close: $0, volume: 1.0) }
        let fall = sides(strategy, calm + [(90, 1), (95, 1), (101, 1)])
        #expect(fall[7] != "long")
        #expect(fall[8] == "long")
        #expect(fall[9] == "leave")
        #expect(sides(strategy, calm + [(110, 1), (105, 1), (99, 1)])[8] == "short")
    }

    @Test("A pullback is bought in a rise, and not in a fall")
    func pullback() throws {
        let strategy = try RuleStrategy.trendPullback(
            fast: 10,
            slow: 30,
            level: 50,
            exits: ExitRules(stop: 0.1, target: 0.1)
        )
        let rise = (0..<40).map { (close: 100 + Double($0), volume: 1.0) }
        let dip = [133.0, 128, 124, 123, 130, 134].map { (close: $0, volume: 1.0) }
        #expect(sides(strategy, rise + dip).values.sorted() == ["long"])
        let fall = rise.map { (close: 300 - $0.close, volume: 1.0) }
        let mirrored = dip.map { (close: 300 - $0.close, volume: 1.0) }
        #expect(sides(strategy, fall + mirrored).values.sorted() == ["short"])
    }

    @Test("Distances in average true ranges and in risks become parts of the price")
    func distances() throws {
        var exits = Self.exits()
        exits.trail = .ranges(3)
        exits.breakevenAfterFirstTarget = true
        exits.longestCandles = 7
        let strategy = try RuleStrategy.meanReversion(period: 4, width: 1.5, exits: exits)
        let calm = (0..<20).map { (close: $0 % 2 == 0 ? 100.0 : 101, volume: 1.0) }
        let rows = candles(calm + [(90, 1), (95, 1)])
        let range = try #require(try AverageTrueRange(period: 14).values(over: rows)[21])
        guard case .enter(let plan) = strategy.signals(over: rows).last?.action else {
            Issue.record("no trade")
            return
        }
        func near(_ got: Double?, _ want: Double) -> Bool { ((got ?? .nan) - want).magnitude < 1e-15 }
        #expect(near(plan.stop, 1.5 * range / 95))
        #expect(plan.targets.count == 2)
        #expect(near(plan.targets.last?.distance, 2 * plan.stop))
        #expect(near(plan.trail, 3 * range / 95))
        #expect(plan.breakevenAfterFirstTarget)
        #expect(plan.longestCandles == 7)
    }

    @Test("Exits that make no sense are refused")
    func refusals() {
        func make(_ exits: ExitRules) throws { _ = try RuleStrategy.averageCross(fast: 5, slow: 20, exits: exits) }
        #expect(throws: IndicatorError.self) { try make(ExitRules(stop: 0, target: 0.1)) }
        #expect(throws: IndicatorError.self) { try make(ExitRules(stop: 1.2, target: 0.1)) }
        #expect(throws: IndicatorError.self) { try make(ExitRules(stop: .risks(1), targets: [])) }
        #expect(throws: IndicatorError.self) {
            let far = ExitRules.Target(distance: .part(0.05), share: 0.5)
            try make(ExitRules(stop: .part(0.02), targets: [far, far]))
        }
        #expect(throws: IndicatorError.self) {
            try make(ExitRules(stop: .part(0.02), targets: [.init(distance: .part(0.05), share: 1.5)]))
        }
    }
}
