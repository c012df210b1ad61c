import Accounts
package import Addressing
package import Foundation
package import Guard
import Postgres

extension Administration {
    /// Keeps a network from everything, until an instant or for good.
    package func ban(_ network: NetworkBlock, until: Date?, reason: String) async throws {
        let end = until.map { $0.ISO8601Format() } ?? "forever"
        try await record(.adminBanned, user: nil, ["network": "\(network)", "until": end, "reason": reason])
        _ = try await bans.set(network, until, reason, now())
    }

    /// Lifts the ban of exactly this network, and forgets what an address has failed, or the next failure would ban it
    /// again.
    ///
    /// - Returns: false where there was none.
    /// - Throws: the store's failure.
    package func unban(_ network: NetworkBlock) async throws -> Bool {
        try await record(.adminUnbanned, user: nil, ["network": "\(network)"])
        try await FailureStore.postgres(pool).clear([FailureKey(.address, "\(network.first)")])
        return try await bans.lift(network)
    }

    /// Bans in force, those without an end and the newest first.
    package func activeBans() async throws -> [Ban] {
        try await record(.adminListed, user: nil, ["list": "bans"])
        return try await bans.active(now())
    }
}
