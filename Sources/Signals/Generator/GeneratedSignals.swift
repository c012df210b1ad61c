package import Backtesting
package import Indicators
import Markets

/// One strategy of the signal generator on one symbol of its universe, as a backtest's strategy.
///
/// The generator rates a symbol beside all others of its universe, whose candles come along; of them, only those that
/// had closed when the symbol's did are shown to it, so that the look-ahead probe holds for it as for any other.
package struct GeneratedSignals: Strategy {
    package let identity: StrategyIdentity
    package let companions: [CandleColumns]
    private let book: SignalModelBook
    private let strategy: SignalStrategy
    private let symbol: Int
    private let leastProbability: Double
    /// By symbol, in the order of the universe; nothing in the place of the tested one.
    private let others: [[MarketTime: CandleValues]]

    /// - Parameters:
    ///   - strategy: what raises the signals.
    ///   - symbol: index in the universe of the one whose candles it will be tried on.
    ///   - book: the models.
    ///   - leastProbability: below it nothing is traded; the strategy's own when nil.
    ///   - universe: hourly candles of each symbol; in the place of the tested one they are not looked at.
    package init(
        _ strategy: SignalStrategy,
        of symbol: Int,
        book: SignalModelBook,
        leastProbability: Double?,
        universe: [CandleColumns]
    ) {
        precondition(universe.count == book.universe.count, "candles of each symbol")
        self.symbol = symbol
        self.book = book
        self.strategy = strategy
        let least = leastProbability ?? strategy.leastProbability
        self.leastProbability = least
        companions = universe.enumerated().map { $0.offset == symbol ? CandleColumns() : $0.element }
        others = companions.map { candles in
            Dictionary((0..<candles.count).map { (candles.openTimes[$0], candles[$0]) }) { first, _ in first }
        }
        identity = StrategyIdentity(
            name: "signals " + strategy.name,
            version: strategy.version,
            parameters: [.init("models", Double(book.version)), .init("least probability", least)]
        )
    }

    package func signals(over candles: CandleColumns) -> [StrategySignal] {
        var generator = SignalGenerator(book: book, strategies: [strategy], only: symbol)
        return (0..<candles.count).compactMap { index in
            let candle = candles[index]
            var slice = others.map { $0[candle.openTime] }
            slice[symbol] = candle
            // Of both directions the likelier, as it is published.
            return generator.ingest(MarketSlice(openTime: candle.openTime, candles: slice))
                .filter { $0.probability >= leastProbability }
                .max { $0.probability < $1.probability }
                .map { StrategySignal(candle: index, action: .enter(plan($0))) }
        }
    }

    /// The course of a published signal: a third at each target, the stop at the entry after the first, out at the close
    /// when its time is up.
    private func plan(_ candidate: SignalCandidate) -> TradePlan {
        let risk = candidate.levels.risk
        let share = 1 / Double(SignalLevels.targetCount)
        return TradePlan(
            side: candidate.levels.direction == .buy ? .long : .short,
            stop: risk,
            targets: book.targetsInRisk.map { TradePlan.Target(distance: $0 * risk, share: share) },
            breakevenAfterFirstTarget: true,
            longestCandles: book.lifetimeCandles,
            confidence: candidate.probability
        )
    }
}
