import Foundation
import Synchronization

/// Opens sessions, carries them on, ends them, and says whether one is good.
package final class SessionService: Sendable {
    let store: SessionStore
    let audit: AuditLog
    package let tokens: AccessTokens
    let keys: SessionKeys
    let observer: SecurityObserver
    let clock: AccountClock
    private let cache: StandingCache
    private let listeners = Mutex<[@Sendable ([StandingChange]) -> Void]>([])
    private let announcers = Mutex<[@Sendable () -> Void]>([])

    /// Within this time a change of standing is felt by requests, also in a process that has not heard of it.
    package static let standingLifetime: Duration = .seconds(1)
    /// Sessions remembered at a time, some 300 bytes each.
    package static let rememberedSessions = 100_000
    /// Devices one account may be signed in on; one more ends the session that was unused the longest.
    package static let sessionsPerUser = 20

    package init(
        store: SessionStore,
        audit: AuditLog,
        tokens: AccessTokens,
        keys: SessionKeys,
        observer: SecurityObserver,
        clock: AccountClock = .system
    ) {
        self.store = store
        self.audit = audit
        self.tokens = tokens
        self.keys = keys
        self.observer = observer
        self.clock = clock
        cache = StandingCache(
            capacity: Self.rememberedSessions,
            timeToLive: Self.standingLifetime,
            uptime: clock.uptime,
            find: store.standing
        )
    }

    // MARK: Access tokens

    /// Who the token belongs to, as things stand now.
    ///
    /// - Throws: ``AccountError/tokenInvalid``, also when the session is over or the account gone;
    ///   ``AccountError/tokenExpired``, ``AccountError/accountBlocked``, or the store's failure: nobody comes in because
    ///   the store is down.
    package func authenticate(_ token: String) async throws -> Caller {
        let now = clock.now()
        let claims = try tokens.verify(token, at: now)
        return try Self.caller(claims, try await cache.user(claims.session), at: now)
    }

    /// The same without waiting, for event loops: nil when the store has to be asked.
    ///
    /// - Throws: as ``authenticate(_:)``, but for the store's failure.
    package func authenticateWithoutWaiting(_ token: String) throws(AccountError) -> Caller? {
        let now = clock.now()
        let claims = try tokens.verify(token, at: now)
        guard case .known(let user) = cache.remembered(claims.session) else { return nil }
        return try Self.caller(claims, user, at: now)
    }

    private static func caller(_ claims: AccessClaims, _ user: User?, at now: Date) throws(AccountError) -> Caller {
        guard let user else { throw .tokenInvalid }
        guard !user.isBlocked else { throw .accountBlocked }
        return Caller(
            userID: user.id,
            sessionID: claims.sessionID,
            tier: user.tier(at: now),
            tierEndsAt: user.subscriptionExpiresAt.flatMap { $0 > now ? $0 : nil },
            tokenID: claims.tokenID,
            tokenExpiresAt: claims.expiry
        )
    }

    // MARK: Changes of standing

    /// Calls the listener with every change that this process makes or hears of, on whatever thread.
    ///
    /// For the life of the program; a listener that may go away must hold itself weakly.
    package func onChange(_ listener: @escaping @Sendable ([StandingChange]) -> Void) {
        listeners.withLock { $0.append(listener) }
    }

    /// Calls the announcer after every change that this process has made and committed, on whatever thread.
    package func onOwnChange(_ announcer: @escaping @Sendable () -> Void) {
        announcers.withLock { $0.append(announcer) }
    }

    /// Makes the next request of whom they concern ask the store, then tells the listeners and the announcers: changes
    /// that this process has made.
    package func apply(_ changes: [StandingChange]) {
        guard !changes.isEmpty else { return }
        hear(changes)
        for announcer in announcers.withLock({ $0 }) { announcer() }
    }

    /// The same of changes that were read from the store: others have told of them.
    package func hear(_ changes: [StandingChange]) {
        guard !changes.isEmpty else { return }
        for change in changes { cache.forget(change) }
        for listener in listeners.withLock({ $0 }) { listener(changes) }
    }

    func ended(_ keys: [SessionKey]) {
        apply(keys.map { StandingChange(.sessionEnded, userID: $0.userID, sessionID: $0.sessionID) })
    }
}
