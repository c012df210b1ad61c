import ArgumentParser
import Backtesting

/// How the past is cut into what is chosen on and what is tested on, as options.
struct WalkOptions: ParsableArguments {
    @Option(help: "Choose on this many candles and test on those that follow, again and again; wants a range.")
    var walkForward: Int?

    @Option(help: "Candles of each test; half the training when left out.")
    var walkTest: Int?

    @Option(
        help: """
            Candles left out between the two, so that no trade of the one is decided in the other: --longest, or 288, \
            when left out.
            """
    )
    var purge: Int?

    func validate() throws {
        if let walkForward, walkForward < 100 { throw ValidationError("--walk-forward takes 100 candles or more.") }
        if let walkTest, walkTest < 1 { throw ValidationError("--walk-test takes a candle or more.") }
        if let purge, purge < 0 { throw ValidationError("--purge takes 0 candles or more.") }
        guard isAsked || (walkTest == nil && purge == nil) else {
            throw ValidationError("--walk-test and --purge go with --walk-forward.")
        }
    }

    var isAsked: Bool { walkForward != nil }

    /// The averages that start with a mean are as good as settled after four of their periods.
    func forward(_ backtest: Backtest, longestPeriod: Int, longestTrade: Int?) -> WalkForward {
        let training = walkForward ?? 0
        return WalkForward(
            backtest: backtest,
            training: training,
            testing: walkTest ?? training / 2,
            purge: purge ?? longestTrade ?? 288,
            warmUp: 4 * (longestPeriod + 1)
        )
    }
}
