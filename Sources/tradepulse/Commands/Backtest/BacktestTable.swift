import Backtesting
import Foundation

/// What backtests come to, on standard output.
enum BacktestTable {
    /// How many combinations of a sweep are shown.
    private static let longest = 10

    static func show(_ result: BacktestResult, hash: ResultHash) {
        AdminCommand.say("\(result.candles) candles, \(result.strategy.name)")
        for row in result.statistics.rows {
            AdminCommand.say(row.name.padding(toLength: 22, withPad: " ", startingAt: 0) + row.figure)
        }
        AdminCommand.say("result \(hash)")
    }

    /// The best combinations of a sweep.
    static func show(_ results: [TradesSummary], of strategies: [RuleStrategy]) {
        AdminCommand.say("\(strategies.count) combinations tried; the best of many is better than it will be again")
        let means = zip(strategies, results).compactMap { strategy, trades in
            trades.meanR.map { (strategy.identity, trades.count, $0) }
        }
        AdminCommand.say("trades  expectancy, R  with")
        let varied = varied(strategies.map(\.identity))
        for (identity, count, mean) in means.sorted(by: { $0.2 > $1.2 }).prefix(Self.longest) {
            let figures = aligned(String(count), 6) + aligned(FigureText.plain(mean, places: 3), 15)
            AdminCommand.say(figures + "  " + text(identity, varied))
        }
    }

    static func show(_ folds: [WalkForward.Fold]) {
        let varied = varied(folds.map(\.chosen))
        AdminCommand.say("candles from  trained R  trades  tested R  chosen")
        for fold in folds {
            AdminCommand.say(
                aligned(String(fold.testing.lowerBound), 12)
                    + aligned(fold.trainedR.map { FigureText.plain($0, places: 3) } ?? "–", 11)
                    + aligned(String(fold.trades.count), 8)
                    + aligned(fold.testedR.map { FigureText.plain($0, places: 3) } ?? "–", 10)
                    + "  " + text(fold.chosen, varied)
            )
        }
        let all = TradesSummary(folds.flatMap(\.trades))
        guard let mean = all.meanR else { return AdminCommand.say("no trades in any test") }
        AdminCommand.say("\(all.count) trades out of sample, expectancy \(FigureText.plain(mean, places: 3)) R")
    }

    /// The names of the parameters in which they differ.
    private static func varied(_ identities: [StrategyIdentity]) -> Set<String> {
        let values = Dictionary(grouping: identities.flatMap(\.parameters), by: \.name)
        return Set(values.filter { Set($0.value.map(\.value)).count > 1 }.keys)
    }

    private static func text(_ identity: StrategyIdentity, _ names: Set<String>) -> String {
        identity.parameters.filter { names.contains($0.name) }
            .map { "\($0.name) \(FigureText.plain($0.value, places: 0))" }.joined(separator: ", ")
    }

    private static func aligned(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
