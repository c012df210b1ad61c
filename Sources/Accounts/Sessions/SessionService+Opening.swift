import Foundation

extension SessionService {
    /// Signs a device in: a session with its first refresh token, and an access token.
    ///
    /// - Parameters:
    ///   - user: who has proved to be who they say.
    ///   - device: as it describes itself.
    ///   - origin: where from.
    ///   - proof: the hash of the password that was right; a password changed meanwhile opens nothing.
    ///   - entry: written with the session, both or neither; nil when another row tells of it.
    /// - Returns: the tokens; the refresh token is shown this once.
    /// - Throws: ``AccountError/invalidCredentials`` when the account was blocked, erased or given another password
    ///   meanwhile, or the store's failure.
    package func open(
        for user: User,
        on device: ClientDevice,
        from origin: RequestOrigin,
        proof: Secret? = nil,
        recording entry: AuditEntry?
    ) async throws -> Admission {
        let now = clock.now()
        let key = SessionKey(userID: user.id, sessionID: UUID())
        let token = RefreshToken()
        let session = Session(
            key: key,
            device: device,
            hintsHash: keys.hintsHash(origin.hints, of: user.id),
            address: origin.address,
            createdAt: now,
            lastUsedAt: now,
            expiresAt: RefreshRule.expiry(at: now, sessionCreatedAt: now)
        )
        let opened = try await store.open(
            NewSession(
                session: session,
                deviceHash: keys.deviceHash(device, origin.hints, of: user.id),
                tokenHash: keys.hash(token),
                proof: proof,
                origin: origin,
                limit: Self.sessionsPerUser,
                entry: entry
            )
        )
        guard let opened else { throw AccountError.invalidCredentials }
        ended(opened.superseded)
        if opened.isNewDevice {
            await observer.notice(SecurityEvent(kind: .newDevice, session: key, device: device, origin: origin))
        }
        return try admission(of: user, key, token, expiresAt: session.expiresAt, at: now)
    }

    func admission(
        of user: User,
        _ key: SessionKey,
        _ token: RefreshToken,
        expiresAt: Date,
        at now: Date
    ) throws -> Admission {
        Admission(
            user: user,
            tier: user.tier(at: now),
            token: try tokens.issue(for: key, at: now),
            expiresIn: AccessTokens.lifetimeSeconds,
            refreshToken: Secret(token.text),
            refreshExpiresIn: Int64(expiresAt.timeIntervalSince(now).rounded(.down))
        )
    }
}

/// What signing in, and carrying a session on, hands out.
package struct Admission: Sendable {
    package let user: User
    /// The tier in force now.
    package let tier: Tier
    package let token: AccessToken
    /// Seconds until the access token ends.
    package let expiresIn: Int64
    /// Good once; whoever has it carries the session on.
    package let refreshToken: Secret
    /// Seconds until the refresh token ends.
    package let refreshExpiresIn: Int64
}
