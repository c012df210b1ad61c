package import Addressing
package import Foundation
import Synchronization

/// The bans in force, as this process knows them: asked at every request, so they are kept in memory and looked up
/// again as soon as the store says that something has changed.
///
/// With the store gone, what was known holds on.
package final class BanBook: Sendable {
    private struct State {
        var table = BanTable()
        /// Of the store, at the last look; nil before the first.
        var version: Int64?
    }

    private let state = Mutex(State())
    private let store: BanStore
    private let terms: BanTerms
    private let now: @Sendable () -> Date

    /// How often ``refresh()`` is to be called: two looks a second, so that every process feels a ban within one.
    package static let refreshInterval = Duration.milliseconds(500)

    package init(store: BanStore, terms: BanTerms = .standard, now: @escaping @Sendable () -> Date) {
        self.store = store
        self.terms = terms
        self.now = now
    }

    /// What keeps the address out, if anything does.
    package func ban(of address: NetworkAddress, from scope: Ban.Scope) -> Ban? {
        let table = state.withLock { $0.table }
        return table.ban(of: address, from: scope, at: now())
    }

    /// Bans whoever is behind the address, longer than the last time, here at once and elsewhere within a second.
    @discardableResult
    package func raise(_ address: NetworkAddress, from scope: Ban.Scope, reason: String) async throws -> Ban {
        let ban = try await store.raise(NetworkBlock(subscriberOf: address), scope, reason, terms, now())
        state.withLock { $0.table.insert(ban) }
        return ban
    }

    /// Whole seconds until a ban ends; nil where nobody knows.
    package func secondsLeft(of ban: Ban) -> Int? { ban.secondsLeft(at: now()) }

    /// Bans held in memory; some of them may be over.
    package var count: Int { state.withLock { $0.table.count } }

    /// Looks whether something has changed.
    ///
    /// - Throws: the store's failure.
    package func refresh() async throws {
        // The version first: a change after it is found by the next look.
        let version = try await store.version()
        guard state.withLock({ $0.version }) != version else { return }
        let table = BanTable(try await store.active(now()))
        state.withLock { $0 = State(table: table, version: version) }
    }
}
