package import Indicators

/// One backtest for each of many strategies, over all cores; the results are in the strategies' order.
///
/// Each result depends on its own strategy alone, so they are the same at any number of threads.
package struct ParameterSweep: Sendable {
    package var backtest: Backtest
    package var threads: Int

    package init(backtest: Backtest, threads: Int) {
        self.backtest = backtest
        self.threads = max(1, threads)
    }

    /// Runs them all.
    ///
    /// - Parameters:
    ///   - strategies: any number; none of them is probed.
    ///   - candles: the same for all.
    ///   - onEach: called after each, from any thread.
    /// - Returns: the trades of each.
    package func run<Tested: Strategy>(
        _ strategies: [Tested],
        over candles: CandleColumns,
        onEach: (@Sendable () -> Void)? = nil
    ) async -> [[ClosedPosition]] {
        let workers = min(threads, strategies.count)
        let backtest = backtest
        return await withTaskGroup(of: [(Int, [ClosedPosition])].self) { group in
            for worker in 0..<workers {
                // Every so manyth strategy each: neighbours in a grid cost alike, so all end at about one time.
                group.addTask {
                    stride(from: worker, to: strategies.count, by: workers).map { index in
                        defer { onEach?() }
                        return (index, backtest.trades(strategies[index], over: candles))
                    }
                }
            }
            var results = [[ClosedPosition]](repeating: [], count: strategies.count)
            for await part in group {
                for (index, trades) in part { results[index] = trades }
            }
            return results
        }
    }
}
