package import Foundation

extension SessionService {
    /// The user's sessions that are not over, the one used last first; at most ``sessionsPerUser``.
    package func list(of userID: UUID) async throws -> [Session] { try await store.list(userID, clock.now()) }

    /// Ends one session; its access tokens and sockets are dead within a second, everywhere.
    ///
    /// - Throws: ``AccountError/sessionUnknown`` when it is not the user's or is over, or the store's failure.
    package func end(_ key: SessionKey, because reason: SessionEndReason, from origin: RequestOrigin) async throws {
        guard try await end(.one(key), because: reason, from: origin) > 0 else { throw AccountError.sessionUnknown }
    }

    /// Ends the session a refresh token belongs to, spent or not; a token of nobody ends nothing.
    package func end(ofToken text: String, from origin: RequestOrigin) async throws {
        guard let token = RefreshToken(text) else { return }
        try await end(.ofToken(hash: keys.hash(token)), because: .logout, from: origin)
    }

    /// Ends all sessions of a user but one: after a new password, on an operator's word.
    ///
    /// - Returns: how many ended.
    @discardableResult
    package func endAll(
        of userID: UUID,
        except kept: UUID? = nil,
        because reason: SessionEndReason,
        from origin: RequestOrigin
    ) async throws -> Int {
        try await end(.all(of: userID, except: kept), because: reason, from: origin)
    }

    @discardableResult
    private func end(
        _ selection: SessionEnding.Selection,
        because reason: SessionEndReason,
        from origin: RequestOrigin
    ) async throws -> Int {
        let ending = SessionEnding(selection: selection, reason: reason, origin: origin, at: clock.now())
        let keys = try await store.end(ending)
        ended(keys)
        return keys.count
    }
}
