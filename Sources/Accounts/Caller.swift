package import Foundation

/// Who is calling, proved by an access token and looked up in the store.
package struct Caller: Hashable, Sendable {
    package let userID: UUID
    /// The device they signed in on (`sid`).
    package let sessionID: UUID
    /// The tier in force now, decided by the server; the token does not carry one.
    package let tier: Tier
    /// When that tier runs out; nil: not by itself.
    package let tierEndsAt: Date?
    /// The access token's id (`jti`).
    package let tokenID: UUID
    /// When the access token runs out; a socket opened with it must not outlive it.
    package let tokenExpiresAt: Date

    package var session: SessionKey { SessionKey(userID: userID, sessionID: sessionID) }

    package init(
        userID: UUID,
        sessionID: UUID,
        tier: Tier,
        tierEndsAt: Date? = nil,
        tokenID: UUID,
        tokenExpiresAt: Date
    ) {
        self.userID = userID
        self.sessionID = sessionID
        self.tier = tier
        self.tierEndsAt = tierEndsAt
        self.tokenID = tokenID
        self.tokenExpiresAt = tokenExpiresAt
    }
}
