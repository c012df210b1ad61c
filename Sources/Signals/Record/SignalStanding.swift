package import Foundation
package import Markets

/// How a stored signal stands.
package enum SignalStanding: Hashable, Sendable {
    case active
    /// The verdict as it is shown; its R is not part of the record.
    case closed(SignalVerdict)
    case cancelled(SignalStep.CancellationReason, at: MarketTime)

    /// What the record must hold of the end; nil while there is none.
    package func entry(of signal: UUID) -> RecordEntry? {
        switch self {
        case .active: nil
        case .closed(let verdict): RecordEntry(outcomeOf: signal, verdict)
        case .cancelled(let reason, let time): RecordEntry(cancellationOf: signal, reason, at: time)
        }
    }
}

/// A signal with how it stands, and its place in the record; nil where it has none, which never is.
package struct StoredSignal: Hashable, Sendable {
    package let signal: Signal
    package let standing: SignalStanding
    package let place: RecordPlace?

    package init(signal: Signal, standing: SignalStanding, place: RecordPlace?) {
        self.signal = signal
        self.standing = standing
        self.place = place
    }
}
