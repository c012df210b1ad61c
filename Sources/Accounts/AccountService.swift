package import Foundation

/// Lets people register and come in, and says who a token belongs to.
package final class AccountService: Sendable {
    private let users: UserStore
    private let audit: AuditLog
    private let hasher: PasswordHasher
    private let tokens: AccessTokens
    private let clock: AccountClock
    private let cache: UserCache

    /// Within this time a block, a downgrade or an erased account is felt by tokens already issued.
    package static let standingLifetime: Duration = .seconds(1)
    /// Users remembered at a time, some 300 bytes each.
    package static let rememberedUsers = 100_000

    package init(
        users: UserStore,
        audit: AuditLog,
        hasher: PasswordHasher,
        tokens: AccessTokens,
        clock: AccountClock = .system
    ) {
        self.users = users
        self.audit = audit
        self.hasher = hasher
        self.tokens = tokens
        self.clock = clock
        cache = UserCache(
            capacity: Self.rememberedUsers,
            timeToLive: Self.standingLifetime,
            uptime: clock.uptime,
            find: users.find
        )
    }

    /// Opens an account and lets its owner in.
    ///
    /// - Throws: ``AccountError/inputInvalid(_:)`` naming every fault, ``AccountError/emailTaken``,
    ///   ``AccountError/hashingBusy(retryAfterSeconds:)``, or the store's failure.
    package func register(email: String, password: String, from origin: RequestOrigin) async throws -> Admission {
        let (address, password) = try Self.validated(email: email, password: password)
        let hash = Secret(try await hasher.hash(password))
        let entry = AuditEntry(.accountRegistered, userID: nil, origin: origin)
        guard let user = try await users.insert(NewUser(email: address, passwordHash: hash), entry) else {
            throw AccountError.emailTaken
        }
        return admit(user)
    }

    /// Lets the owner of an account in.
    ///
    /// Unknown addresses and wrong passwords take the same time and get the same answer.
    ///
    /// - Throws: ``AccountError/invalidCredentials``, ``AccountError/accountBlocked`` after the right password,
    ///   ``AccountError/hashingBusy(retryAfterSeconds:)``, or the store's failure.
    package func login(email: String, password: String, from origin: RequestOrigin) async throws -> Admission {
        guard let password = Password(password) else { throw AccountError.invalidCredentials }
        let stored = try await EmailAddress(email).asyncFlatMap(users.findByEmail)
        let verdict = try await hasher.check(password, against: stored?.passwordHash.reveal())
        guard let stored, verdict != .wrong else {
            try await audit.record(AuditEntry(.loginFailed, userID: stored?.user.id, origin: origin))
            throw AccountError.invalidCredentials
        }
        guard !stored.user.isBlocked else {
            try await audit.record(AuditEntry(.loginBlocked, userID: stored.user.id, origin: origin))
            throw AccountError.accountBlocked
        }
        if verdict == .rightButOutdated { try await renewHash(of: stored, password: password) }
        try await audit.record(AuditEntry(.loginSucceeded, userID: stored.user.id, origin: origin))
        return admit(stored.user)
    }

    /// Who the token belongs to, as things stand now.
    ///
    /// - Throws: ``AccountError/tokenInvalid``, also when the account is gone; ``AccountError/tokenExpired``,
    ///   ``AccountError/accountBlocked``, or the store's failure: nobody comes in because the store is down.
    package func authenticate(_ token: String) async throws -> Caller {
        let now = clock.now()
        let claims = try tokens.verify(token, at: now)
        return try Self.caller(claims, try await cache.user(claims.userID), at: now)
    }

    /// The same without waiting, for event loops: nil when the store has to be asked.
    ///
    /// - Throws: as ``authenticate(_:)``, but for the store's failure.
    package func authenticateWithoutWaiting(_ token: String) throws(AccountError) -> Caller? {
        let now = clock.now()
        let claims = try tokens.verify(token, at: now)
        guard case .known(let user) = cache.remembered(claims.userID) else { return nil }
        return try Self.caller(claims, user, at: now)
    }

    /// The account, fresh from the store; nil when it is gone.
    package func user(_ id: UUID) async throws -> User? { try await users.find(id) }

    /// Makes the next request of the user ask the store: after a change of tier, a block, an erasure.
    package func forget(_ id: UUID) { cache.forget(id) }
}

/// What a successful login hands out.
package struct Admission: Sendable {
    package let user: User
    /// The tier in force now.
    package let tier: Tier
    package let token: AccessToken
    /// Seconds until the token ends.
    package let expiresIn: Int64
}

extension AccountService {
    private static func validated(email: String, password: String) throws(AccountError) -> (EmailAddress, Password) {
        let address = EmailAddress(email)
        let password = Password(password)
        var faults: [AccountInputFault] = address == nil ? [.emailMalformed] : []
        faults += password?.faults(for: address) ?? [.passwordTooLong(maximum: Password.allowedLengths.upperBound)]
        guard let address, let password, faults.isEmpty else { throw .inputInvalid(faults) }
        return (address, password)
    }

    private static func caller(_ claims: AccessClaims, _ user: User?, at now: Date) throws(AccountError) -> Caller {
        guard let user else { throw .tokenInvalid }
        guard !user.isBlocked else { throw .accountBlocked }
        return Caller(
            userID: user.id,
            tier: user.tier(at: now),
            tokenID: claims.tokenID,
            tokenExpiresAt: claims.expiry
        )
    }

    private func admit(_ user: User) -> Admission {
        let now = clock.now()
        return Admission(
            user: user,
            tier: user.tier(at: now),
            token: tokens.issue(for: user.id, at: now),
            expiresIn: AccessTokens.lifetimeSeconds
        )
    }

    /// Hashes the password at today's cost, since it is in hand only now.
    ///
    /// A full queue is no reason to refuse: the next login will renew it.
    private func renewHash(of stored: StoredUser, password: Password) async throws {
        do {
            let hash = Secret(try await hasher.hash(password))
            try await users.replacePasswordHash(stored.user.id, stored.passwordHash, hash)
        } catch AccountError.hashingBusy {}
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate func asyncFlatMap<Value>(
        _ transform: (Wrapped) async throws -> Value?
    ) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
