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

    /// Few cuts of a generator, each of which is two more runs over its whole universe.
    private static let cutsOfSignals = 4

    func validate() throws {
        guard (file == nil) != (stored.fromStore == nil) else {
            throw ValidationError("Name a file of candles, or a symbol with --from-store.")
        }
        guard finerInterval == nil || file == nil, finer == nil || file != nil else {
            throw ValidationError("A file wants --finer, --from-store --finer-interval.")
        }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads takes 1 to 1024.") }
        guard stake > 0, stake <= 100 else { throw ValidationError("--stake takes a number above 0, up to 100.") }
        if html != nil, walk.isAsked || entry.combinations > 1 {
            throw ValidationError("--html shows one combination, neither a range nor a walk forward.")
        }
        if generated.signals != nil, entry.isAsked || exits.isAsked || walk.isAsked {
            throw ValidationError("--signals brings its own entries and exits; only costs and candles can be chosen.")
        }
        if generated.signals != nil, let symbol = stored.fromStore {
            guard Self.listed(symbol) != nil else {
                throw ValidationError("--signals rates perpetuals, such as \(symbol.text)\(Symbol.perpetualSuffix).")
            }
            guard stored.interval == .oneHour else { throw SignalOptions.notHourly }
        }
    }

    func run() async throws {
        try await Failure.explained {
            if let html { try Self.checkWritable(html) }
            if generated.signals != nil { return try await runSignals() }
            let strategies = try entry.strategies(exits.rules(usual: entry.usualExits))
            guard let first = strategies.first else { throw ValidationError("No --fast period is below a --slow one.") }
            let (candles, finer, _) = try await read()
            let backtest = Backtest(costs: costs.costs, stake: stake, finer: finer)
            // Probed as what it is; of many combinations, the first stands for all, since they share their code.
            let result = try run(first, over: candles, under: backtest)
            if walk.isAsked {
                BacktestTable.show(try await walked(strategies, over: candles, backtest))
            } else if strategies.count > 1 {
                BacktestTable.show(await swept(strategies, over: candles, backtest), of: strategies)
            } else {
                try show(result, of: candles, under: backtest)
            }
        }
    }

    private func runSignals() async throws {
        let symbol = stored.fromStore.flatMap(Self.listed) ?? String(title.prefix { $0 != "-" && $0 != "." })
        let others = try generated.others(than: symbol)
        let (candles, finer, beside) = try await read(beside: others)
        let strategy = try generated.generated(on: symbol, beside: beside)
        let probe = LookAheadProbe(cuts: Self.cutsOfSignals)
        let backtest = Backtest(costs: costs.costs, stake: stake, finer: finer, probe: probe)
        let result = try run(strategy, over: candles, under: backtest)
        try show(result, of: candles, under: backtest, companions: strategy.companions)
    }

    /// A perpetual as its venue lists it; nil for another market.
    private static func listed(_ symbol: Symbol) -> String? {
        guard symbol.text.hasSuffix(Symbol.perpetualSuffix) else { return nil }
        return String(symbol.text.dropLast(Symbol.perpetualSuffix.count))
    }

    /// Said before the work, not after it, as far as the folder tells.
    private static func checkWritable(_ file: String) throws {
        let url = URL(fileURLWithPath: file)
        let folder = url.deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder), !url.hasDirectoryPath else {
            throw ValidationError("--html: \(file) cannot be written.")
        }
    }

    private func run(
        _ strategy: some Strategy,
        over candles: CandleColumns,
        under backtest: Backtest
    ) throws -> BacktestResult {
        let bar = ProgressBar()
        defer { bar.finish() }
        return try backtest.run(strategy, over: candles) { _, total in bar.advance(of: total) }
    }

    private var title: String {
        if let symbol = stored.fromStore {
            return "\(symbol.text), \(stored.interval.rawValue), \(stored.venue.rawValue)"
                + (stored.market == .live ? "" : " (\(stored.market.rawValue))")
        }
        return URL(fileURLWithPath: file ?? "").lastPathComponent
    }

    /// What is tested on, what settles what it leaves open, and the candles of other perpetuals, in their order.
    private func read(
        beside others: [String] = []
    ) async throws -> (candles: CandleColumns, finer: FinerCandles?, beside: [CandleColumns]) {
        if let file {
            let all = try ([file] + (finer.map { [$0] } ?? [])).map { try CandleFile.read($0) }
            let (candles, finer) = try paired(all)
            guard !others.isEmpty else { return (candles, finer, []) }
            guard candles.interval == .oneHour else { throw SignalOptions.notHourly }
            return (candles, finer, try generated.files(of: others))
        }
        guard let symbol = stored.fromStore else { throw ValidationError("Name a file of candles.") }
        let perpetuals = others.compactMap { Symbol($0 + Symbol.perpetualSuffix) }
        let intervals = [stored.interval] + (finerInterval.map { [$0] } ?? [])
        // At once, for the database is opened once.
        let all = try await stored.read([(symbol, intervals)] + perpetuals.map { ($0, [stored.interval]) })
        let (candles, finer) = try paired(all[0])
        return (candles, finer, all.dropFirst().map { $0[0] })
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

    private var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    private func swept(
        _ strategies: [RuleStrategy],
        over candles: CandleColumns,
        _ backtest: Backtest
    ) async -> [TradesSummary] {
        let bar = ProgressBar()
        defer { bar.finish() }
        let sweep = ParameterSweep(backtest: backtest, threads: threadCount)
        let onEach: @Sendable () -> Void = { bar.advance(of: strategies.count) }
        return await sweep.run(strategies, over: candles, onEach: onEach) { TradesSummary($0) }
    }

    private func walked(
        _ strategies: [RuleStrategy],
        over candles: CandleColumns,
        _ backtest: Backtest
    ) async throws -> [WalkForward.Fold] {
        let forward = walk.forward(backtest, longestPeriod: entry.longestPeriod, longestTrade: exits.longest)
        let folds = forward.folds(count: candles.count).count
        guard folds > 0 else {
            throw ValidationError(
                "--walk-forward: \(forward.shortest) candles are needed (training, --purge and --walk-test), "
                    + "\(candles.count) are there."
            )
        }
        let bar = ProgressBar()
        defer { bar.finish() }
        let total = folds * strategies.count
        return await forward.run(strategies, over: candles, threads: threadCount) { bar.advance(of: total) }
    }

    private func show(
        _ result: BacktestResult,
        of candles: CandleColumns,
        under backtest: Backtest,
        companions: [CandleColumns] = []
    ) throws {
        let hash = ResultHash(result, of: candles, under: backtest, companions: companions)
        BacktestTable.show(result, hash: hash)
        guard let html else { return }
        let page = BacktestReport(result, costs: backtest.costs, hash: hash, title: title).html
        do {
            try Data(page.utf8).write(to: URL(fileURLWithPath: html))
        } catch {
            throw ValidationError("--html: \(html) cannot be written.")
        }
    }
}

extension CandleColumns {
    /// The interval that their least distance is; nil when it is none that is kept.
    fileprivate var interval: CandleInterval? {
        let least = zip(openTimes, openTimes.dropFirst()).map { $1.since($0) }.min()
        return CandleInterval.allCases.first { $0.milliseconds == least }
    }
}
