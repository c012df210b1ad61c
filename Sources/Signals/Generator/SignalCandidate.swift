package import Markets

/// A signal that a strategy would raise, rated and with its levels, before it is decided whether it is published.
package struct SignalCandidate: Hashable, Sendable {
    /// Index of the symbol in the universe.
    package let symbol: Int
    package let strategy: SignalStrategy
    /// Open time of the candle at whose close it was raised.
    package let candle: MarketTime
    package let levels: SignalLevels
    /// That target 1 comes before the stop in time, 0…1.
    package let probability: Double
    /// The same where nothing is known but the model.
    package let baseline: Double
    package let triggers: [SignalTrigger]

    package init(
        symbol: Int,
        strategy: SignalStrategy,
        candle: MarketTime,
        levels: SignalLevels,
        probability: Double,
        baseline: Double,
        triggers: [SignalTrigger]
    ) {
        self.symbol = symbol
        self.strategy = strategy
        self.candle = candle
        self.levels = levels
        self.probability = probability
        self.baseline = baseline
        self.triggers = triggers
    }
}
