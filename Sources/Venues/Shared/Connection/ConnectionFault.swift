/// Why a connection ended or was not made.
package enum ConnectionFault: Hashable, Sendable {
    /// Refused, no such name, TLS, or an answer other than 101.
    case connectFailed
    case connectTimedOut
    /// Not tried: as often as the venue allows was tried already.
    case attemptsSpent
    /// The venue, or the way to it, ended the connection.
    case closed
    /// No reply to a subscription.
    case acknowledgementLate
    /// Every stream was refused.
    case subscriptionRefused
    /// Subscribed but silent.
    case silent
    /// Subscribed, and the streams of this group alone are silent.
    case groupSilent(StreamGroup)
    /// Our ping was not answered.
    case pongLate
    /// We left before the venue's time limit, or because it said that it closes.
    case planned

    /// For counts: one word, whichever group it was.
    package var name: String {
        switch self {
        case .connectFailed: "connect_failed"
        case .connectTimedOut: "connect_timed_out"
        case .attemptsSpent: "attempts_spent"
        case .closed: "closed"
        case .acknowledgementLate: "acknowledgement_late"
        case .subscriptionRefused: "subscription_refused"
        case .silent: "silent"
        case .groupSilent: "group_silent"
        case .pongLate: "pong_late"
        case .planned: "planned"
        }
    }
}
