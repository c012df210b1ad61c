package import Foundation

/// Where sessions and the hashes of their refresh tokens are kept.
package struct SessionStore: Sendable {
    /// Writes a session, its first token and the audit entries, all or none; nil when the account is gone, blocked, or has
    /// another password than the one it was opened with.
    ///
    /// Sessions above the bound end, those that were not used for the longest time first.
    package var open: @Sendable (_ session: NewSession) async throws -> OpenedSession?
    /// Finds a refresh token by its hash, locks its session, and does what the judge says, in one transaction.
    ///
    /// The judge may be asked more than once and has no effects; nil when there is no such token.
    package var refresh:
        @Sendable (_ hash: String, _ judge: @escaping @Sendable (PresentedToken) -> RefreshStep) async throws ->
            (PresentedToken, RefreshStep)?
    /// The user of a session that is not over; nil when it is, or never was.
    package var standing: @Sendable (_ key: SessionKey) async throws -> User?
    /// Sessions of a user that are not over, the one used last first.
    package var list: @Sendable (_ userID: UUID, _ now: Date) async throws -> [Session]
    /// Ends sessions with an audit entry each, and says which were not over before.
    package var end: @Sendable (_ ending: SessionEnding) async throws -> [SessionKey]
    /// The device of the user's that has this hash, or that was given this refresh token, unless its session ended by
    /// theft; nil when there is none.
    package var knownDevice:
        @Sendable (_ userID: UUID, _ deviceHash: [UInt8]?, _ tokenHash: String?) async throws -> String?

    package init(
        open: @escaping @Sendable (_ session: NewSession) async throws -> OpenedSession?,
        refresh:
            @escaping @Sendable (_ hash: String, _ judge: @escaping @Sendable (PresentedToken) -> RefreshStep)
            async throws -> (PresentedToken, RefreshStep)?,
        standing: @escaping @Sendable (_ key: SessionKey) async throws -> User?,
        list: @escaping @Sendable (_ userID: UUID, _ now: Date) async throws -> [Session],
        end: @escaping @Sendable (_ ending: SessionEnding) async throws -> [SessionKey],
        knownDevice:
            @escaping @Sendable (_ userID: UUID, _ deviceHash: [UInt8]?, _ tokenHash: String?) async throws -> String?
    ) {
        self.open = open
        self.refresh = refresh
        self.standing = standing
        self.list = list
        self.end = end
        self.knownDevice = knownDevice
    }
}

/// A session that does not exist yet.
package struct NewSession: Sendable {
    package let session: Session
    package let deviceHash: [UInt8]
    package let tokenHash: String
    /// The password's hash that let the owner in; nil where something else did.
    package let proof: Secret?
    package let origin: RequestOrigin
    /// Sessions the user may have with this one.
    package let limit: Int
    /// Written with the session; nil when another row tells of it.
    package let entry: AuditEntry?
}

/// What opening a session showed.
package struct OpenedSession: Sendable {
    /// The account has been signed in from other devices before, and not from this one.
    package let isNewDevice: Bool
    /// Those that had to give way.
    package let superseded: [SessionKey]

    package init(isNewDevice: Bool, superseded: [SessionKey]) {
        self.isNewDevice = isNewDevice
        self.superseded = superseded
    }
}

/// What the store writes about a presented refresh token.
package enum RefreshStep: Sendable {
    /// Spends the token for a child and notes where the session was used.
    case rotate(NewRefreshToken)
    /// Changes nothing but when the session was last used.
    case touch(at: Date)
    /// Changes nothing and writes the entry.
    case refuse(AuditEntry, RefreshRefusal)
    /// Ends the session and writes the entry.
    case end(AuditEntry, at: Date)
}

/// Why a refresh token was not taken, although it is or was one.
package enum RefreshRefusal: Sendable {
    case invalid, blocked, elsewhere, overtaken
}

/// A refresh token that does not exist yet: never itself, only what is kept of it.
package struct NewRefreshToken: Sendable {
    package let hash: String
    package let nonce: [UInt8]
    package let issuedAt: Date
    package let expiresAt: Date
    package let origin: RequestOrigin
}

/// Which sessions end, why, and on whose request.
package struct SessionEnding: Sendable {
    package enum Selection: Sendable {
        case one(SessionKey)
        /// The one that the refresh token belongs to, by the token's hash.
        case ofToken(hash: String)
        case all(of: UUID, except: UUID?)
    }

    package let selection: Selection
    package let reason: SessionEndReason
    package let origin: RequestOrigin
    package let at: Date
}

extension AuditEntry {
    /// What the record says of a session that ended.
    package static func ended(
        _ key: SessionKey,
        because reason: SessionEndReason,
        from origin: RequestOrigin
    ) -> AuditEntry {
        AuditEntry(
            .sessionEnded,
            userID: key.userID,
            origin: origin,
            metadata: ["session": key.sessionID.uuidString.lowercased(), "reason": reason.rawValue]
        )
    }
}
