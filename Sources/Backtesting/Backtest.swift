package import Indicators

/// A strategy over recorded candles, with everything its result depends on.
package struct Backtest: Sendable {
    /// Raised whenever the same candles and parameters could give another result.
    package static let engineVersion = 1

    package var costs: TradingCosts
    /// Part of the worth that each trade's notional is.
    package var stake: Double
    package var finer: FinerCandles?
    /// Nil leaves the probe out, as a sweep does after its first run.
    package var probe: LookAheadProbe?

    package init(
        costs: TradingCosts = TradingCosts(),
        stake: Double = 1,
        finer: FinerCandles? = nil,
        probe: LookAheadProbe? = LookAheadProbe()
    ) {
        self.costs = costs
        self.stake = stake
        self.finer = finer
        self.probe = probe
    }

    /// Runs it.
    ///
    /// - Parameters:
    ///   - strategy: what is tried.
    ///   - candles: oldest first.
    ///   - onCut: called after each cut of the probe, with how many are done of how many.
    /// - Returns: what it comes to.
    /// - Throws: ``LookAheadProbe/Finding`` when the strategy's signals depend on candles after them.
    package func run(
        _ strategy: some Strategy,
        over candles: CandleColumns,
        onCut: ((_ done: Int, _ total: Int) -> Void)? = nil
    ) throws(LookAheadProbe.Finding) -> BacktestResult {
        let signals = strategy.signals(over: candles)
        if let finding = probe?.finding(strategy, over: candles, known: signals, onCut: onCut) { throw finding }
        let trades = simulator(candles).trades(signals)
        let equity = EquityCurve(trades: trades, over: candles, stake: stake)
        return BacktestResult(
            strategy: strategy.identity,
            candles: candles.count,
            trades: trades,
            equity: equity,
            statistics: BacktestStatistics(trades: trades, equity: equity),
            reliability: ConfidenceReliability(trades)
        )
    }

    /// The trades alone, for sweeps.
    package func trades(_ strategy: some Strategy, over candles: CandleColumns) -> [ClosedPosition] {
        simulator(candles).trades(strategy.signals(over: candles))
    }

    func simulator(_ candles: CandleColumns) -> TradeSimulator {
        TradeSimulator(candles: candles, costs: costs, finer: finer)
    }
}

/// What a backtest comes to.
package struct BacktestResult: Hashable, Sendable {
    package let strategy: StrategyIdentity
    /// How many candles it ran over.
    package let candles: Int
    package let trades: [ClosedPosition]
    package let equity: EquityCurve
    package let statistics: BacktestStatistics
    package let reliability: ConfidenceReliability
}
