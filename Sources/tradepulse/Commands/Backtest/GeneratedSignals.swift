import Backtesting
import Indicators
import Markets
import Signals

/// One strategy of the signal generator on one symbol of its universe, as a backtest's strategy.
///
/// The generator rates a symbol beside all others of its universe, whose candles come along; of them, only those that
/// had closed when the symbol's did are shown to it, so that the look-ahead probe holds for it as for any other.
struct GeneratedSignals: Strategy {
    let identity: StrategyIdentity
    private let book: SignalModelBook
    private let strategy: SignalStrategy
    private let symbol: Int
    private let leastProbability: Double
    /// Of the universe's other symbols, at the index of the tested one nothing.
    private let others: [[MarketTime: CandleValues]]

    /// Nil for a symbol that is not of the universe.
    init?(
        _ strategy: SignalStrategy,
        of symbol: String,
        book: SignalModelBook,
        leastProbability: Double?,
        others: [String: CandleColumns]
    ) {
        guard let index = book.universe.firstIndex(of: symbol) else { return nil }
        self.symbol = index
        self.book = book
        self.strategy = strategy
        let least = leastProbability ?? strategy.leastProbability
        self.leastProbability = least
        self.others = book.universe.map { name in
            guard name != symbol, let candles = others[name] else { return [:] }
            let pairs = (0..<candles.count).map { (candles.openTimes[$0], candles[$0]) }
            return Dictionary(pairs) { first, _ in first }
        }
        identity = StrategyIdentity(
            name: "signals " + strategy.name,
            version: strategy.version,
            parameters: [.init("models", Double(book.version)), .init("least probability", least)]
        )
    }

    func signals(over candles: CandleColumns) -> [StrategySignal] {
        var generator = SignalGenerator(book: book, strategies: [strategy])
        var signals: [StrategySignal] = []
        for index in 0..<candles.count {
            let candle = candles[index]
            var slice = others.map { $0[candle.openTime] }
            slice[symbol] = candle
            let candidates = generator.ingest(MarketSlice(openTime: candle.openTime, candles: slice))
            // Of both directions the likelier.
            let best = candidates.filter { $0.symbol == symbol && $0.probability >= leastProbability }
                .max { $0.probability < $1.probability }
            guard let best else { continue }
            signals.append(StrategySignal(candle: index, action: .enter(plan(best))))
        }
        return signals
    }

    /// Equal parts at each target, and out at the close when its time is up.
    private func plan(_ candidate: SignalCandidate) -> TradePlan {
        let levels = candidate.levels
        let share = 1 / Double(levels.targets.count)
        return TradePlan(
            side: levels.direction == .buy ? .long : .short,
            stop: levels.risk,
            targets: book.targetsInRisk.map { TradePlan.Target(distance: $0 * levels.risk, share: share) },
            longestCandles: book.lifetimeCandles,
            confidence: candidate.probability
        )
    }
}
