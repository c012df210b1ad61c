package import Markets

/// What can happen to a signal, in the order of its time.
package enum SignalEvent: Hashable, Sendable {
    /// A trade on the signal's venue.
    case trade(price: Price, at: MarketTime)
    /// A closed 1-minute candle of the venue, where trades were not followed one by one.
    case candle(Candle)
    /// From some moment to another nothing was heard of the market, and nothing could be fetched afterwards.
    case gap(until: MarketTime)
    /// The signal's time is over; the price is the last one before.
    case expiry(price: Price, at: MarketTime)
    /// Whoever runs the product takes it back before it is entered.
    case cancellation(at: MarketTime)
}

/// A change that an event brought about.
package enum SignalStep: Hashable, Sendable {
    case entered(price: Price, at: MarketTime)
    /// The first, second or third target was reached, and a third was closed there.
    case targetReached(Int, at: MarketTime)
    case closed(SignalVerdict)
    /// Taken back, or the market had left before it could be entered: counted neither as won nor as lost.
    case cancelled(CancellationReason, at: MarketTime)

    package enum CancellationReason: String, Hashable, Sendable {
        case takenBack = "taken_back"
        /// The first price after its birth was beyond the stop or the first target.
        case entryMissed = "entry_missed"
        /// No price was heard before it expired.
        case neverEntered = "never_entered"
    }
}

/// A signal's end, and what it brought.
package struct SignalVerdict: Hashable, Sendable {
    package let outcome: SignalOutcome
    /// Percent of the notional at the entry, all parts together, after fees and slippage; two decimal places, ties away
    /// from zero.
    package let resultPercent: Double
    /// The same before it is rounded, in units of the risk from the entry to the stop.
    package let resultR: Double
    package let closedAt: MarketTime

    package init(outcome: SignalOutcome, resultPercent: Double, resultR: Double, closedAt: MarketTime) {
        self.outcome = outcome
        self.resultPercent = resultPercent
        self.resultR = resultR
        self.closedAt = closedAt
    }
}
