import Backtesting
import Indicators
import Markets
import Signals
import Testing

@Suite("A strategy of the generator in a backtest")
struct GeneratedSignalsTests {
    private static let slices = RandomMarket.slices(SignalGenerator.warmUp + 60)

    private func generated(least: Double? = nil) throws -> (strategy: GeneratedSignals, candles: CandleColumns) {
        let book = try SignalModelBook.shipped()
        let universe = book.universe.indices.map { symbol in
            CandleColumns(Self.slices.compactMap { $0.candles[symbol] })
        }
        let strategy = GeneratedSignals(
            try #require(SignalStrategy.shipped.first { $0.name == "composite" }),
            of: 1,
            book: book,
            leastProbability: least,
            universe: universe
        )
        return (strategy, universe[1])
    }

    @Test("It passes the look-ahead probe, and one that is shown the hour after does not")
    func probe() throws {
        let (strategy, candles) = try generated(least: 0)
        let honest = LookAheadProbe(cuts: 6).finding(strategy, over: candles)
        #expect(honest == nil)
        #expect(LookAheadProbe(cuts: 6).finding(HourAhead(honest: strategy), over: candles) != nil)
    }

    /// Says at each candle what the next one will bring.
    private struct HourAhead: Strategy {
        let honest: GeneratedSignals
        var identity: StrategyIdentity { honest.identity }

        func signals(over candles: CandleColumns) -> [StrategySignal] {
            honest.signals(over: candles).map { StrategySignal(candle: $0.candle - 1, action: $0.action) }
        }
    }

    @Test("Its trades have the course of a published signal, and no one below the least confidence")
    func course() throws {
        let book = try SignalModelBook.shipped()
        let (strategy, candles) = try generated(least: 0.5)
        let result = try Backtest(probe: nil).run(strategy, over: candles)
        #expect(!result.trades.isEmpty)
        #expect(result.trades.allSatisfy { ($0.confidence ?? 0) >= 0.5 })
        #expect(result.trades.allSatisfy { $0.exitCandle - $0.entryCandle < book.lifetimeCandles })
        #expect(result.reliability.brierScore != nil)
        for case .enter(let plan) in strategy.signals(over: candles).map(\.action) {
            #expect(plan.targets.count == SignalLevels.targetCount)
            #expect(plan.breakevenAfterFirstTarget)
            #expect((plan.targets.reduce(0) { $0 + $1.share } - 1).magnitude < 1e-12)
        }
        #expect(strategy.companions.map(\.count) == book.universe.indices.map { $0 == 1 ? 0 : candles.count })
        #expect(try generated(least: 0.9).strategy.signals(over: candles).isEmpty)
    }
}
