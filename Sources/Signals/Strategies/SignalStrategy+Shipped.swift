extension SignalStrategy {
    /// Those that run, with what their walk forward of 2022 and 2023 showed: `docs/signals.md`.
    ///
    /// Where several would raise a signal of one symbol at one candle, the first does.
    package static let shipped: [SignalStrategy] = [
        meanReversion, relativeStrength, composite, trendPullback, volumeBreakout, flushReversal,
    ]

    /// The price is far below its mean of a day, and most of the last moves went against the trade.
    static let meanReversion = SignalStrategy(
        "mean_reversion",
        version: 1,
        isPaper: false,
        leastProbability: 0.52,
        [Condition("mean24", -1e9 ... -2), Condition("strength14", -0.5 ... -0.15)]
    )

    /// Among the strongest of a day and a week; a candle that jumped is left to the pump detector.
    static let relativeStrength = SignalStrategy(
        "relative_strength",
        version: 1,
        isPaper: false,
        leastProbability: 0.52,
        [
            Condition("rank24", 0.25...0.5), Condition("rank168", 0.1...0.5), Condition("candleRange", 0...2),
            Condition("move1", -1e9...2),
        ]
    )

    /// Every candle: what the model makes of all features together.
    static let composite = SignalStrategy("composite", version: 1, isPaper: false, leastProbability: 0.52)

    /// A week's trend, a step back within the day.
    static let trendPullback = SignalStrategy(
        "trend_pullback",
        version: 1,
        isPaper: true,
        leastProbability: 0.52,
        [
            Condition("move168", 0.5...1e9), Condition("mean200", 0...1e9), Condition("place24", -0.5 ... -0.1),
            Condition("strength4", -0.5...0),
        ]
    )

    /// At the edge of three days' range, with more volume than usual.
    static let volumeBreakout = SignalStrategy(
        "volume_breakout",
        version: 1,
        isPaper: true,
        leastProbability: 0.52,
        [Condition("place72", 0.4...0.5), Condition("volume", 0.8...1e9)]
    )

    /// A wide candle against the trade on much volume, as when many are liquidated at once.
    static let flushReversal = SignalStrategy(
        "flush_reversal",
        version: 1,
        isPaper: true,
        leastProbability: 0.52,
        [Condition("candleRange", 1.8...1e9), Condition("move1", -1e9 ... -1.5), Condition("volume", 1.2...1e9)]
    )
}
