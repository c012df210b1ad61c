package import Addressing
package import Foundation

/// Bans, found by address in as many steps as there are lengths of prefixes among them.
package struct BanTable: Sendable {
    private var byLength: [Int: [NetworkAddress: Ban]] = [:]

    package init(_ bans: [Ban] = []) {
        for ban in bans { insert(ban) }
    }

    package mutating func insert(_ ban: Ban) {
        byLength[ban.network.prefixLength, default: [:]][ban.network.first] = ban
    }

    package var count: Int { byLength.values.reduce(0) { $0 + $1.count } }

    /// The ban that keeps the address from the scope longest; a ban from everything is one from signing in, too.
    package func ban(of address: NetworkAddress, from scope: Ban.Scope, at now: Date) -> Ban? {
        var found: Ban?
        for (length, bans) in byLength {
            guard let ban = bans[address.masked(to: length)], ban.isActive(at: now),
                ban.scope == .everything || scope == .signIn
            else { continue }
            guard let until = ban.until else { return ban }
            if until > found?.until ?? .distantPast { found = ban }
        }
        return found
    }
}
