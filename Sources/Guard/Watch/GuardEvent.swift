package import Addressing
package import Foundation

/// Something that happened at the door, for the record and for the rules that look for attacks.
package enum GuardEvent: Hashable, Sendable {
    /// A request was refused; the reason is the answer's code.
    case refused(reason: String, visitor: Visitor)
    /// A visitor gave itself away.
    case offended(Offence, visitor: Visitor)
    case banned(Ban)
    /// A wrong password or code.
    case signInFailed(account: String?, visitor: Visitor)
    case signedIn(user: UUID, visitor: Visitor)
    /// A spent refresh token came back; its session has ended.
    case refreshReused(user: UUID, visitor: Visitor)
}

/// Where a request came from, and whose it was as far as that is known.
package struct Visitor: Hashable, Sendable {
    package let address: NetworkAddress
    package let agent: String?
    package let user: UUID?

    package init(address: NetworkAddress, agent: String?, user: UUID? = nil) {
        self.address = address
        self.agent = agent
        self.user = user
    }
}

extension GuardEvent {
    /// What the record says of it; nil for what others write there.
    var recorded: (reason: String, visitor: Visitor)? {
        switch self {
        case .refused(let reason, let visitor): (reason, visitor)
        case .offended(let offence, let visitor): (offence.rawValue, visitor)
        case .banned(let ban): ("banned", Visitor(address: ban.network.first, agent: nil))
        case .signInFailed, .signedIn, .refreshReused: nil
        }
    }
}
