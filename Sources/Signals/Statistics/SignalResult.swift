package import Accounts
package import Markets

/// A signal that has ended, as statistics see it: what the history shows of it, and nothing else.
package struct SignalResult: Hashable, Sendable {
    package var symbol: Symbol
    package var direction: SignalDirection
    package var strategy: Signal.Strategy
    package var minTier: Tier
    /// 0…100; nil where none was shown.
    package var confidence: Int?
    package var outcome: SignalOutcome
    /// Percent, after fees and slippage.
    package var resultPercent: Double
    /// The stop's distance from the entry, in percent of the entry.
    package var riskPercent: Double

    package init(
        symbol: Symbol,
        direction: SignalDirection,
        strategy: Signal.Strategy,
        minTier: Tier,
        confidence: Int?,
        outcome: SignalOutcome,
        resultPercent: Double,
        riskPercent: Double
    ) {
        self.symbol = symbol
        self.direction = direction
        self.strategy = strategy
        self.minTier = minTier
        self.confidence = confidence
        self.outcome = outcome
        self.resultPercent = resultPercent
        self.riskPercent = riskPercent
    }

    /// The stop's distance in percent, from the prices' texts, as whoever computes it anew from the history has to.
    package static func riskPercent(entry: Price, stop: Price) -> Double {
        // A price's text is a number.
        let (from, to) = (Double(entry.description) ?? .nan, Double(stop.description) ?? .nan)
        return (from - to).magnitude / from * 100
    }
}
