/// Why a venue's REST answer was not had.
package enum VenueRequestError: Error, Hashable, Sendable {
    /// No connection: refused, no such name, no route, TLS, or cut off in the middle.
    case unreachable
    /// No whole answer in time.
    case timedOut
    /// The answer is longer than any the venue gives.
    case bodyTooLarge(limit: Int)
    /// The venue says slow down (429).
    case rateLimited(retryAfterSeconds: Int)
    /// The venue shut our address out (418, or 403).
    case banned(retryAfterSeconds: Int)
    /// Our own budget for this minute is spent, or the venue's order to stay away still holds; nothing was sent.
    case budgetExhausted(retryAfterSeconds: Int)
    /// Any other status than 200, with the venue's code where it gave one.
    case refused(status: Int, code: Int64?)
    /// An answer that is not what the venue documents.
    case undecodable(FrameRefusal)
    case cancelled

    /// The wait that the venue or our budget asks for.
    package var retryAfterSeconds: Int? {
        switch self {
        case .rateLimited(let seconds), .banned(let seconds), .budgetExhausted(let seconds): seconds
        default: nil
        }
    }
}
