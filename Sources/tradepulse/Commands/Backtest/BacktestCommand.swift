import ArgumentParser
import Backtesting
import Foundation
import Indicators
import Markets

/// `tradepulse backtest`: a strategy over recorded candles; no server and no database.
struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Try a strategy on a file of candles.",
        discussion: """
            Reads open_time_ms,open,high,low,close,volume as CSV, plain or gzipped; Binance's export is of that form. \
            The strategy is the baseline: long when the fast average crosses above the slow one, out when it crosses \
            below, at the stop or at the target. Give --fast or --slow a range, such as 5...30, to try every \
            combination. Before anything is counted, the look-ahead probe runs. Not financial advice.
            """
    )

    @Argument(help: "Candles, oldest first.")
    var file: String

    @Option(help: "Periods of the fast average: a number, or a range such as 5...30.")
    var fast = PeriodRange(20...20)

    @Option(help: "Periods of the slow average: a number, or a range such as 40...70.")
    var slow = PeriodRange(50...50)

    @Option(help: "Distance of the stop from the entry: 0.02 is 2 %.")
    var stop = 0.02

    @Option(help: "Distance of the target from the entry.")
    var target = 0.03

    @OptionGroup var costs: CostOptions

    @Option(help: "Candles of a shorter interval over the same time, which settle what came first in a candle.")
    var finer: String?

    @Option(help: "Test what was chosen on this many candles on those that follow, again and again; wants a range.")
    var walkForward: Int?

    @Option(help: "Write the result as an HTML page with charts.")
    var html: String?

    @Option(help: "Threads for many combinations; all cores when left out.")
    var threads: Int?

    func validate() throws {
        if let walkForward, walkForward < 100 { throw ValidationError("--walk-forward takes 100 candles or more.") }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads takes 1 to 1024.") }
        if html != nil, strategyCount != 1 { throw ValidationError("--html shows one combination, not a range.") }
    }

    func run() async throws {
        try await Failure.explained {
            let candles = try CandleFile.read(file)
            let backtest = Backtest(costs: costs.costs, finer: try finerCandles(within: candles))
            let strategies = try strategies()
            guard let first = strategies.first else { throw ValidationError("No fast period is below a slow one.") }
            // Probed as what it is; of many combinations, the first stands for all, since they share their code.
            let result = try backtest.run(first, over: candles)
            if let walkForward {
                show(walk(strategies, over: candles, backtest, training: walkForward))
            } else if strategies.count > 1 {
                show(await sweep(strategies, over: candles, backtest), of: strategies)
            } else {
                try show(result, of: candles, under: backtest)
            }
        }
    }

    private var strategyCount: Int { fast.periods.count * slow.periods.count }

    private func strategies() throws -> [MovingAverageCross] {
        try fast.periods.flatMap { fast in
            try slow.periods.filter { fast < $0 }.map { slow in
                try MovingAverageCross(fast: fast, slow: slow, stop: stop, target: target)
            }
        }
    }

    private func finerCandles(within candles: CandleColumns) throws -> FinerCandles? {
        guard let finer else { return nil }
        let parts = try CandleFile.read(finer)
        guard
            let longer = candles.interval, let shorter = parts.interval,
            longer.milliseconds > shorter.milliseconds, longer.milliseconds % shorter.milliseconds == 0
        else { throw ValidationError("--finer wants candles of a shorter interval than those of the file.") }
        return FinerCandles(parts, interval: shorter, within: longer)
    }

    private func sweep(
        _ strategies: [MovingAverageCross],
        over candles: CandleColumns,
        _ backtest: Backtest
    ) async -> [[ClosedPosition]] {
        let bar = ProgressBar(total: strategies.count)
        let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        defer { bar.finish() }
        return await ParameterSweep(backtest: backtest, threads: threads).run(strategies, over: candles) {
            bar.advance()
        }
    }

    /// The tests are half as long as the training; what is left out between them is a day of 5-minute candles.
    private func walk(
        _ strategies: [MovingAverageCross],
        over candles: CandleColumns,
        _ backtest: Backtest,
        training: Int
    ) -> [WalkForward.Fold] {
        let forward = WalkForward(
            backtest: backtest,
            training: training,
            testing: training / 2,
            purge: 288,
            warmUp: 4 * (slow.periods.upperBound + 1)
        )
        return forward.run(strategies, over: candles)
    }

    private func show(_ result: BacktestResult, of candles: CandleColumns, under backtest: Backtest) throws {
        let hash = ResultHash(result, of: candles, under: backtest)
        AdminCommand.say("\(candles.count) candles, \(result.strategy.name)")
        for row in result.statistics.rows {
            AdminCommand.say(row.name.padding(toLength: 22, withPad: " ", startingAt: 0) + row.figure)
        }
        AdminCommand.say("result \(hash)")
        guard let html else { return }
        let title = URL(fileURLWithPath: file).lastPathComponent
        let page = BacktestReport(result, hash: hash, title: title).html
        try Data(page.utf8).write(to: URL(fileURLWithPath: html))
    }

    private func show(_ results: [[ClosedPosition]], of strategies: [MovingAverageCross]) {
        AdminCommand.say("\(strategies.count) combinations tried; the best of many is better than it will be again")
        let means = zip(strategies, results).compactMap { strategy, trades -> (MovingAverageCross, Int, Double)? in
            guard !trades.isEmpty else { return nil }
            return (strategy, trades.count, trades.reduce(0) { $0 + $1.resultR } / Double(trades.count))
        }
        AdminCommand.say("fast  slow  trades  expectancy, R")
        for (strategy, count, mean) in means.sorted(by: { $0.2 > $1.2 }).prefix(10) {
            let periods = strategy.identity.parameters.prefix(2).map {
                aligned(FigureText.plain($0.value, places: 0), 4)
            }
            AdminCommand.say(
                periods.joined(separator: "  ") + aligned(String(count), 8)
                    + aligned(FigureText.plain(mean, places: 3), 15)
            )
        }
    }

    private func show(_ folds: [WalkForward.Fold]) {
        AdminCommand.say("candles from  chosen fast/slow  trained R  trades  tested R")
        for fold in folds {
            let chosen = fold.chosen.parameters.prefix(2).map { FigureText.plain($0.value, places: 0) }
            AdminCommand.say(
                aligned(String(fold.testing.lowerBound), 12) + aligned(chosen.joined(separator: "/"), 18)
                    + aligned(fold.trainedR.map { FigureText.plain($0, places: 3) } ?? "–", 11)
                    + aligned(String(fold.trades.count), 8)
                    + aligned(fold.testedR.map { FigureText.plain($0, places: 3) } ?? "–", 10)
            )
        }
        let all = folds.flatMap(\.trades)
        guard !all.isEmpty else { return AdminCommand.say("no trades in any test") }
        let mean = all.reduce(0) { $0 + $1.resultR } / Double(all.count)
        AdminCommand.say("\(all.count) trades out of sample, expectancy \(FigureText.plain(mean, places: 3)) R")
    }

    private func aligned(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension CandleColumns {
    /// The interval that their least distance is; nil when it is none that is kept.
    fileprivate var interval: CandleInterval? {
        let least = zip(openTimes, openTimes.dropFirst()).map { $1.since($0) }.min()
        return CandleInterval.allCases.first { $0.milliseconds == least }
    }
}
