package import Accounts
package import Foundation
package import Markets

/// What a signal would have come to elsewhere, or for who heard of it later; nobody's record, but what a reader can expect.
package struct SideVerdict: Hashable, Sendable {
    package enum Side: Hashable, Sendable {
        /// On the prices of another venue, entered at its birth.
        case venue(Venue)
        /// On its own venue, entered when the tier was shown it.
        case tier(Tier)
    }

    package let side: Side
    /// Nil where it could not be entered any more.
    package let outcome: SignalOutcome?
    /// Percent, after fees and slippage; nil with the outcome.
    package let resultPercent: Double?

    package init(side: Side, outcome: SignalOutcome?, resultPercent: Double?) {
        self.side = side
        self.outcome = outcome
        self.resultPercent = resultPercent
    }
}

/// A signal with when it was first told to anybody.
package struct ToldSignal: Hashable, Sendable {
    package let signal: Signal
    package let toldAt: MarketTime

    package init(signal: Signal, toldAt: MarketTime) {
        self.signal = signal
        self.toldAt = toldAt
    }
}

/// Where side verdicts are kept.
package struct SideVerdictStore: Sendable {
    /// Signals that are over, whose time ran out within a span, and that have none yet; the oldest first.
    package var waiting: @Sendable (_ from: MarketTime, _ to: MarketTime, _ limit: Int) async throws -> [ToldSignal]
    /// Keeps them, unless there are some of the signal's already.
    package var save: @Sendable (_ signal: UUID, _ verdicts: [SideVerdict]) async throws -> Void
    package var verdicts: @Sendable (_ signal: UUID) async throws -> [SideVerdict]

    package init(
        waiting:
            @escaping @Sendable (_ from: MarketTime, _ to: MarketTime, _ limit: Int) async throws -> [ToldSignal],
        save: @escaping @Sendable (_ signal: UUID, _ verdicts: [SideVerdict]) async throws -> Void,
        verdicts: @escaping @Sendable (_ signal: UUID) async throws -> [SideVerdict]
    ) {
        self.waiting = waiting
        self.save = save
        self.verdicts = verdicts
    }
}
