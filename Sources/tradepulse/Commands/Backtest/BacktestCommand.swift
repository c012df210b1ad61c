import ArgumentParser
import Backtesting
import Foundation
import Indicators
import Markets

/// `tradepulse backtest`: a strategy over recorded candles, of a file or of the database.
struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Try a strategy on recorded candles.",
        discussion: """
            Reads open_time_ms,open,high,low,close,volume as CSV, plain or gzipped, which is Binance's export, too; or, \
            with --from-store, what the server has kept. Give --fast, --slow or --period a range, such as 5...30, to try \
            every combination over all cores. Before anything is counted, the look-ahead probe runs. Not financial advice.
            """
    )

    @Argument(help: "Candles, oldest first; none with --from-store.")
    var file: String?

    @OptionGroup(title: "Stored candles") var stored: StoredCandles

    @OptionGroup(title: "Entry") var entry: StrategyOptions

    @OptionGroup(title: "Signals") var generated: SignalOptions

    @OptionGroup(title: "Exits") var exits: ExitOptions

    @OptionGroup(title: "Costs") var costs: CostOptions

    @Option(help: "Part of the account that each trade's notional is; above 1 with leverage.")
    var stake = 1.0

    @Option(
        help: "A file of candles of a shorter interval over the same time, which settle what came first in a candle."
    )
    var finer: String?

    @Option(help: "The same from the store: the shorter interval.", transform: MarketArgument.interval)
    var finerInterval: CandleInterval?

    @OptionGroup(title: "Walking forward") var walk: WalkOptions

    @Option(help: "Write the result as an HTML page with charts.")
    var html: String?

    @Option(help: "Threads for many combinations; all cores when left out.")
    var threads: Int?

    func validate() throws {
        guard (file == nil) != (stored.fromStore == nil) else {
            throw ValidationError("Name a file of candles, or a symbol with --from-store.")
        }
        guard finerInterval == nil || file == nil, finer == nil || file != nil else {
            throw ValidationError("A file wants --finer, --from-store --finer-interval.")
        }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads takes 1 to 1024.") }
        guard stake > 0, stake <= 100 else { throw ValidationError("--stake takes a number above 0, up to 100.") }
    }

    func run() async throws {
        try await Failure.explained {
            if generated.signals != nil { return try await runSignals() }
            let strategies = try entry.strategies(exits.rules(usual: entry.usualExits))
            guard let first = strategies.first else { throw ValidationError("No fast period is below a slow one.") }
            if html != nil, strategies.count != 1 {
                throw ValidationError("--html shows one combination, not a range.")
            }
            let (candles, finer) = try await candles()
            let backtest = Backtest(costs: costs.costs, stake: stake, finer: finer)
            // Probed as what it is; of many combinations, the first stands for all, since they share their code.
            let result = try backtest.run(first, over: candles)
            if walk.isAsked {
                let forward = walk.forward(backtest, longestPeriod: entry.longestPeriod, longestTrade: exits.longest)
                BacktestTable.show(forward.run(strategies, over: candles))
            } else if strategies.count > 1 {
                BacktestTable.show(await sweep(strategies, over: candles, backtest), of: strategies)
            } else {
                try show(result, of: candles, under: backtest)
            }
        }
    }

    /// Few cuts in the probe: each is two more runs of the generator over its whole universe.
    private func runSignals() async throws {
        let (strategy, candles, finer) = try await signals()
        let probe = LookAheadProbe(cuts: 4)
        let backtest = Backtest(costs: costs.costs, stake: stake, finer: finer, probe: probe)
        try show(try backtest.run(strategy, over: candles), of: candles, under: backtest)
    }

    private func signals() async throws -> (GeneratedSignals, CandleColumns, FinerCandles?) {
        if let symbol = stored.fromStore {
            let name = symbol.text.replacing(Symbol.perpetualSuffix, with: "")
            let others = try SignalOptions.universe().compactMap { Symbol($0 + Symbol.perpetualSuffix) }
            let intervals = [stored.interval] + (finerInterval.map { [$0] } ?? [])
            let all = try await stored.read([(symbol, intervals)] + others.map { ($0, [stored.interval]) })
            let (candles, finer) = try paired(all[0])
            let names = others.map { $0.text.replacing(Symbol.perpetualSuffix, with: "") }
            let universe = Dictionary(zip(names, all.dropFirst().map { $0[0] })) { first, _ in first }
            return (try generated.strategy(of: name, others: universe), candles, finer)
        }
        let (candles, finer) = try await self.candles()
        let name = String(title.prefix { $0 != "-" })
        return (try generated.strategy(of: name, others: try generated.files()), candles, finer)
    }

    private var title: String {
        if let symbol = stored.fromStore {
            return "\(symbol.text), \(stored.interval.rawValue), \(stored.venue.rawValue)"
                + (stored.market == .live ? "" : " (\(stored.market.rawValue))")
        }
        return URL(fileURLWithPath: file ?? "").lastPathComponent
    }

    /// What is tested on, and what settles what it leaves open.
    private func candles() async throws -> (CandleColumns, FinerCandles?) {
        var all: [CandleColumns] = []
        if let file {
            all = try ([file] + (finer.map { [$0] } ?? [])).map { try CandleFile.read($0) }
        } else if let symbol = stored.fromStore {
            all = try await stored.read([(symbol, [stored.interval] + (finerInterval.map { [$0] } ?? []))])[0]
        }
        return try paired(all)
    }

    private func paired(_ all: [CandleColumns]) throws -> (CandleColumns, FinerCandles?) {
        guard let candles = all.first, candles.count > 0 else {
            throw ValidationError("No closed candles of \(title) are stored.")
        }
        guard all.count > 1 else { return (candles, nil) }
        guard
            let longer = candles.interval, let shorter = all[1].interval,
            longer.milliseconds > shorter.milliseconds, longer.milliseconds % shorter.milliseconds == 0
        else { throw ValidationError("The finer candles are not of a shorter interval than the others.") }
        return (candles, FinerCandles(all[1], interval: shorter, within: longer))
    }

    private func sweep(
        _ strategies: [RuleStrategy],
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

    private func show(_ result: BacktestResult, of candles: CandleColumns, under backtest: Backtest) throws {
        let hash = ResultHash(result, of: candles, under: backtest)
        BacktestTable.show(result, hash: hash)
        guard let html else { return }
        let page = BacktestReport(result, hash: hash, title: title).html
        try Data(page.utf8).write(to: URL(fileURLWithPath: html))
    }
}

extension CandleColumns {
    /// The interval that their least distance is; nil when it is none that is kept.
    fileprivate var interval: CandleInterval? {
        let least = zip(openTimes, openTimes.dropFirst()).map { $1.since($0) }.min()
        return CandleInterval.allCases.first { $0.milliseconds == least }
    }
}
