package import Addressing
package import Foundation

/// Bans that last, and that all processes share.
package struct BanStore: Sendable {
    /// Rises with every change, whoever makes it.
    package var version: @Sendable () async throws -> Int64
    /// Those in force, the latest first, at most ``maximumActive``.
    package var active: @Sendable (_ now: Date) async throws -> [Ban]
    /// Bans the network, longer than the last time; where a ban is in force already it is left as it is, unless this one
    /// keeps from more.
    package var raise:
        @Sendable (_ network: NetworkBlock, _ scope: Ban.Scope, _ reason: String, _ terms: BanTerms, _ now: Date)
            async throws -> Ban
    /// Bans the network until the given time, or for good, whatever was in force.
    package var set:
        @Sendable (_ network: NetworkBlock, _ until: Date?, _ reason: String, _ now: Date) async throws -> Ban
    /// Lifts the ban of exactly this network; false where there is none.
    package var lift: @Sendable (_ network: NetworkBlock) async throws -> Bool

    /// Some 300 bytes each in every process; above that the oldest do not hold.
    package static let maximumActive = 100_000

    package init(
        version: @escaping @Sendable () async throws -> Int64,
        active: @escaping @Sendable (_ now: Date) async throws -> [Ban],
        raise:
            @escaping @Sendable (
                _ network: NetworkBlock, _ scope: Ban.Scope, _ reason: String, _ terms: BanTerms, _ now: Date
            ) async throws -> Ban,
        set:
            @escaping @Sendable (_ network: NetworkBlock, _ until: Date?, _ reason: String, _ now: Date) async throws ->
            Ban,
        lift: @escaping @Sendable (_ network: NetworkBlock) async throws -> Bool
    ) {
        self.version = version
        self.active = active
        self.raise = raise
        self.set = set
        self.lift = lift
    }
}
