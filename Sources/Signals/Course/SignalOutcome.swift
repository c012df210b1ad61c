/// How a signal ended.
package enum SignalOutcome: String, CaseIterable, Hashable, Sendable {
    /// The highest target that was reached before the end, whatever came after it.
    case tp1, tp2, tp3
    case stopLoss = "stop_loss"
    /// Neither the first target nor the stop was reached in time.
    case expired
    /// One candle held the stop as well as the first target, and nothing tells which came first: booked at the stop.
    case ambiguous
    /// Nobody knows what the market did in between: booked at the stop.
    case dataGap = "data_gap"

    /// Whether the first target was reached before the stop: what the confidence is about.
    package var isWin: Bool { [.tp1, .tp2, .tp3].contains(self) }

    /// The outcome of a signal whose targets were reached up to this one.
    static func targetReached(_ count: Int) -> SignalOutcome? {
        switch count {
        case 1: .tp1
        case 2: .tp2
        case 3: .tp3
        default: nil
        }
    }
}
