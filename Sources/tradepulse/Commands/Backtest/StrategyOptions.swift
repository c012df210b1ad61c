import ArgumentParser
import Backtesting
import Indicators

/// Which rule enters, and with what figures.
struct StrategyOptions: ParsableArguments {
    enum Rule: String, CaseIterable, ExpressibleByArgument {
        case movingAverageCross = "moving-average-cross"
        case trendPullback = "trend-pullback"
        case volumeBreakout = "volume-breakout"
        case meanReversion = "mean-reversion"
    }

    @Option(help: "The rule that enters; moving-average-cross when left out.")
    var strategy: Rule?

    @Option(help: "Periods of the fast average: a number, or a range such as 5...30.")
    var fast = PeriodRange(20...20)

    @Option(help: "Periods of the slow average: a number, or a range such as 40...70.")
    var slow = PeriodRange(50...50)

    @Option(help: "Periods of a breakout's range or of the bands of mean reversion: a number or a range.")
    var period = PeriodRange(20...20)

    @Option(help: "RSI that a pullback in an uptrend reaches.")
    var level = 40.0

    @Option(help: "What multiple of the mean volume a breakout takes.")
    var volumeFactor = 2.0

    @Option(help: "Width of the bands of mean reversion, in standard deviations.")
    var width = 2.0

    @Flag(help: "Let the averages of the cross start with the first close, as charting sites and pandas do.")
    var chartAverages = false

    /// So many are tried in an hour or two, and their strategies still fit into memory.
    private static let mostCombinations = 100_000

    func validate() throws {
        guard level > 0, level <= 50 else { throw ValidationError("--level takes a number above 0, up to 50.") }
        guard volumeFactor > 0, volumeFactor.isFinite else {
            throw ValidationError("--volume-factor takes a number above 0.")
        }
        guard width > 0, width.isFinite else { throw ValidationError("--width takes a number above 0.") }
        guard combinations <= Self.mostCombinations else {
            throw ValidationError(
                "\(combinations) combinations are asked for; at most \(Self.mostCombinations) are tried."
            )
        }
    }

    private var rule: Rule { strategy ?? .movingAverageCross }

    /// At most how many strategies the ranges make.
    var combinations: Int {
        switch rule {
        case .movingAverageCross, .trendPullback: fast.periods.count * slow.periods.count
        case .volumeBreakout, .meanReversion: period.periods.count
        }
    }

    /// Whether any of it was given, as far as that can be told from what is usual.
    var isAsked: Bool { strategy != nil || chartAverages || combinations > 1 }

    /// How many candles the slowest of its parts needs to warm up.
    var longestPeriod: Int {
        switch rule {
        case .movingAverageCross, .trendPullback: slow.periods.upperBound
        case .volumeBreakout, .meanReversion: period.periods.upperBound
        }
    }

    /// Exits where none are asked for.
    var usualExits: ExitRules {
        switch rule {
        case .movingAverageCross: ExitRules(stop: 0.02, target: 0.03)
        default: ExitRules(stop: .ranges(1.5), targets: [ExitRules.Target(distance: .risks(2), share: 1)])
        }
    }

    /// One for every combination that makes sense.
    func strategies(_ exits: ExitRules) throws -> [RuleStrategy] {
        switch rule {
        case .movingAverageCross:
            try averages { fast, slow in
                try RuleStrategy.averageCross(
                    fast: fast,
                    slow: slow,
                    exits: exits,
                    start: chartAverages ? .firstClose : .mean
                )
            }
        case .trendPullback:
            try averages { fast, slow in
                try RuleStrategy.trendPullback(fast: fast, slow: slow, level: level, exits: exits)
            }
        case .volumeBreakout:
            try period.periods.map {
                try RuleStrategy.volumeBreakout(period: $0, factor: volumeFactor, exits: exits)
            }
        case .meanReversion:
            try period.periods.map { try RuleStrategy.meanReversion(period: $0, width: width, exits: exits) }
        }
    }

    private func averages(_ make: (Int, Int) throws -> RuleStrategy) throws -> [RuleStrategy] {
        try fast.periods.flatMap { fast in
            try slow.periods.filter { fast < $0 }.map { slow in try make(fast, slow) }
        }
    }
}
