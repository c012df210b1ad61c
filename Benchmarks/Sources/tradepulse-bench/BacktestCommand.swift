import ArgumentParser
import Backtesting
import Foundation
import Indicators

/// The cross of two averages with a stop and a target: once, and with a thousand sets of parameters.
///
/// `Benchmarks/peers/backtest.py` makes the candles, and runs the same rules through other backtesters.
struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Candles per CPU second of a backtest."
    )

    @Argument(help: "Candles, as `tradepulse backtest` reads them.")
    var file: String

    @Option(help: "What the candles are called in the output.")
    var name: String

    @Option(help: "Threads of the sweep; all cores when left out.")
    var threads: Int?

    @Flag(help: "Run a thousand sets of parameters, too.")
    var sweep = false

    func run() async throws {
        let candles = try CandleFile.read(file)
        let backtest = Backtest(probe: nil)
        let strategy = try RuleStrategy.averageCross(fast: 20, slow: 50, stop: 0.02, target: 0.03, start: .firstClose)
        var result = try backtest.run(strategy, over: candles)
        var least = Double.infinity
        for _ in 0..<7 {
            let start = ProcessorTime.ofThread
            // Some at once: a year of hours takes less than the clock can tell.
            for _ in 0..<20 { result = try backtest.run(strategy, over: candles) }
            least = min(least, (ProcessorTime.ofThread - start) / 20)
        }
        write("one run", Double(candles.count) / least, "candles per CPU s")
        write("trades", Double(result.trades.count), "trades")
        write("entries", Double(result.trades.reduce(0) { $0 + $1.entryCandle }), "sum of candles")
        write("exits", Double(result.trades.reduce(0) { $0 + $1.exitCandle }), "sum of candles")
        if sweep { try await measureSweep(backtest, over: candles) }
    }

    private func measureSweep(_ backtest: Backtest, over candles: CandleColumns) async throws {
        let strategies = try (5..<30).flatMap { fast in
            try (40..<80).map { try RuleStrategy.averageCross(fast: fast, slow: $0, stop: 0.02, target: 0.03) }
        }
        let sweep = ParameterSweep(backtest: backtest, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        var wall = Double.infinity
        var processor = Double.infinity
        var trades = 0
        for _ in 0..<3 {
            let (clock, start) = (ContinuousClock.now, ProcessorTime.ofProcess)
            trades = await sweep.run(strategies, over: candles) { TradesSummary($0) }.reduce(0) { $0 + $1.count }
            processor = min(processor, ProcessorTime.ofProcess - start)
            wall = min(wall, (ContinuousClock.now - clock) / .seconds(1))
        }
        write("1000 parameter sets", wall, "s")
        write("1000 parameter sets", Double(1_000 * candles.count) / processor, "candles per CPU s")
        write("1000 parameter sets", Double(trades), "trades")
    }

    private func write(_ what: String, _ figure: Double, _ unit: String) {
        Report.write("backtest \(name): ours, \(what)", figure, unit)
    }
}
