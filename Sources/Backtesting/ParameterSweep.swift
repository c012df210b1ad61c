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
    ///   - keeping: makes of a strategy's trades what is kept of them.
    /// - Returns: what is kept of each.
    package func run<Kept: Sendable>(
        _ strategies: [some Strategy],
        over candles: CandleColumns,
        onEach: (@Sendable () -> Void)? = nil,
        keeping: @escaping @Sendable ([ClosedPosition]) -> Kept
    ) async -> [Kept] {
        let workers = min(threads, strategies.count)
        let backtest = backtest
        return await withTaskGroup(of: (worker: Int, kept: [Kept]).self) { group in
            for worker in 0..<workers {
                // Every so manyth strategy each: neighbours in a grid cost alike, so all end at about one time.
                group.addTask {
                    let kept = stride(from: worker, to: strategies.count, by: workers).map { index in
                        defer { onEach?() }
                        return keeping(backtest.trades(strategies[index], over: candles))
                    }
                    return (worker, kept)
                }
            }
            var parts = [[Kept]](repeating: [], count: workers)
            for await part in group { parts[part.worker] = part.kept }
            return strategies.indices.map { parts[$0 % workers][$0 / workers] }
        }
    }
}
