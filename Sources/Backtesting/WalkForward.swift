package import Indicators

/// Chooses parameters on a stretch of the past and tries them on what followed, again and again.
///
/// Between the two stretches `purge` candles are left out, at least as many as a trade may last: a trade that begins at
/// the end of the first stretch would else be decided by candles of the second.
package struct WalkForward: Sendable {
    package var backtest: Backtest
    /// Candles of each training stretch.
    package var training: Int
    /// Candles of each test stretch; the tests follow one another without gap or overlap.
    package var testing: Int
    /// Candles left out between the two.
    package var purge: Int
    /// Candles before each test stretch that only warm the strategy up; no trade begins there.
    package var warmUp: Int

    package init(backtest: Backtest, training: Int, testing: Int, purge: Int, warmUp: Int) {
        self.backtest = backtest
        self.training = max(1, training)
        self.testing = max(1, testing)
        self.purge = max(0, purge)
        self.warmUp = max(0, warmUp)
    }

    package struct Fold: Hashable, Sendable {
        package var training: Range<Int>
        package var testing: Range<Int>
        /// Of the strategies, the one with the best mean R in training.
        package var chosen: StrategyIdentity
        /// Mean R in training and in the test; nil without trades.
        package var trainedR: Double?
        package var testedR: Double?
        package var trades: [ClosedPosition]
    }

    /// Candles of one fold: fewer hold none.
    package var shortest: Int { training + purge + testing }

    /// The folds that fit, oldest first; a fold in which no strategy traded in training is left out.
    ///
    /// - Parameters:
    ///   - strategies: among which each fold chooses.
    ///   - candles: oldest first.
    ///   - threads: over which the strategies of a fold are spread; the result is the same with any number.
    ///   - onEach: called after each strategy of each fold, from any thread.
    /// - Returns: what each fold chose, and what came of it.
    package func run(
        _ strategies: [some Strategy],
        over candles: CandleColumns,
        threads: Int = 1,
        onEach: (@Sendable () -> Void)? = nil
    ) async -> [Fold] {
        let sweep = ParameterSweep(backtest: backtest, threads: threads)
        var results: [Fold] = []
        for (training, testing) in folds(count: candles.count) {
            let past = candles[training]
            let means = await sweep.run(strategies, over: past, onEach: onEach) { TradesSummary($0).meanR }
            var best: (index: Int, mean: Double)?
            for case (let index, let mean?) in means.enumerated() where best.map({ mean > $0.mean }) ?? true {
                best = (index, mean)
            }
            guard let best else { continue }
            let trades = tested(strategies[best.index], on: testing, of: candles)
            results.append(
                Fold(
                    training: training,
                    testing: testing,
                    chosen: strategies[best.index].identity,
                    trainedR: best.mean,
                    testedR: TradesSummary(trades).meanR,
                    trades: trades
                )
            )
        }
        return results
    }

    /// Where each fold of so many candles lies.
    package func folds(count: Int) -> [(training: Range<Int>, testing: Range<Int>)] {
        var folds: [(training: Range<Int>, testing: Range<Int>)] = []
        var start = 0
        while start + shortest <= count {
            let test = start + training + purge
            folds.append((start..<(start + training), test..<(test + testing)))
            start += testing
        }
        return folds
    }

    private func tested(_ strategy: some Strategy, on range: Range<Int>, of candles: CandleColumns) -> [ClosedPosition]
    {
        let first = max(0, range.lowerBound - warmUp)
        let part = candles[first..<range.upperBound]
        let signals = strategy.signals(over: part).filter { $0.candle + 1 >= range.lowerBound - first }
        return backtest.simulator(part).trades(signals).map {
            var trade = $0
            trade.entryCandle += first
            trade.exitCandle += first
            return trade
        }
    }
}
