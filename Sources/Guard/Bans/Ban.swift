package import Addressing
package import Foundation

/// What keeps an address, or a network, out.
package struct Ban: Hashable, Sendable {
    /// What a ban keeps its address from.
    package enum Scope: String, Sendable {
        /// Proving who one is: whoever is signed in goes on.
        case signIn = "sign_in"
        case everything
    }

    package let network: NetworkBlock
    package let scope: Scope
    /// Nil: until somebody lifts it.
    package let until: Date?
    package let reason: String
    /// How often in a row the address was banned.
    package let strikes: Int
    package let createdAt: Date

    package init(
        network: NetworkBlock,
        scope: Scope,
        until: Date?,
        reason: String,
        strikes: Int,
        createdAt: Date
    ) {
        self.network = network
        self.scope = scope
        self.until = until
        self.reason = reason
        self.strikes = strikes
        self.createdAt = createdAt
    }

    package func isActive(at now: Date) -> Bool { until.map { $0 > now } ?? true }

    /// Whole seconds, at least 1; nil where nobody knows.
    package func secondsLeft(at now: Date) -> Int? {
        until.map { max(1, Int($0.timeIntervalSince(now).rounded(.up))) }
    }
}

/// How long bans that the guard makes last.
package struct BanTerms: Hashable, Sendable {
    /// The first one, in seconds.
    package let firstSeconds: Int
    /// Each one more doubles it, up to this.
    package let longestSeconds: Int
    /// An address that behaves for so long starts from the first again.
    package let memorySeconds: Int

    /// A quarter of an hour, then half an hour, … up to a day; forgiven after a week.
    package static let standard = BanTerms(firstSeconds: 900, longestSeconds: 86_400, memorySeconds: 604_800)
}
