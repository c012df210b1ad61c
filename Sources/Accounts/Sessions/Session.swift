package import Foundation

/// One signed-in device of a user: a family of refresh tokens, each spent for the next.
package struct Session: Hashable, Sendable {
    package let key: SessionKey
    package let device: ClientDevice
    /// What the requests of the device that signed in look like, as a keyed hash.
    package let hintsHash: [UInt8]
    /// The IP address it was last used from, as text.
    package let address: String
    package let createdAt: Date
    package let lastUsedAt: Date
    /// When its newest refresh token ends.
    package let expiresAt: Date

    package init(
        key: SessionKey,
        device: ClientDevice,
        hintsHash: [UInt8],
        address: String,
        createdAt: Date,
        lastUsedAt: Date,
        expiresAt: Date
    ) {
        self.key = key
        self.device = device
        self.hintsHash = hintsHash
        self.address = address
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
    }
}

/// Which session of whom; an access token names both.
package struct SessionKey: Hashable, Sendable {
    package let userID: UUID
    package let sessionID: UUID

    package init(userID: UUID, sessionID: UUID) {
        self.userID = userID
        self.sessionID = sessionID
    }
}

/// Why a session ended before its time; the spelling is that of the database.
package enum SessionEndReason: String, CaseIterable, Sendable {
    case logout
    case endedByOwner = "ended_by_owner"
    /// The owner said of a new device: not me.
    case disowned
    /// The account had as many as it may, and this one was unused the longest.
    case superseded
    case tokenReused = "token_reused"
    case passwordChanged = "password_changed"
    case passwordReset = "password_reset"
    case administrator
}
