package import Foundation

/// Where the links of letters are kept, and what they set in motion.
package struct RecoveryStore: Sendable {
    /// Writes the entry, and token and letter if the address has an account.
    ///
    /// Throws ``LettersFull``.
    package var requestReset:
        @Sendable (_ email: EmailAddress, _ token: ResetToken, _ letter: SealedLetter, _ entry: AuditEntry)
            async throws -> Void
    /// Whose link it is, while it is good.
    package var owner: @Sendable (_ tokenHash: String, _ purpose: LinkPurpose, _ now: Date) async throws -> LinkOwner?
    /// Spends the link, sets the password, ends every session; false when the link was spent meanwhile.
    package var resetPassword:
        @Sendable (
            _ tokenHash: String, _ passwordHash: Secret, _ now: Date, _ notice: SealedLetter, _ entry: AuditEntry
        ) async throws -> Bool
    package var email: @Sendable (_ userID: UUID) async throws -> EmailAddress?
    /// Keeps a link with the letter that carries it; neither when the letter is not taken.
    package var putLink: @Sendable (_ link: StoredLink, _ letter: SealedLetter) async throws -> Void
    /// Spends the link, ends its session and keeps a reset; false when the link was spent meanwhile.
    package var disown:
        @Sendable (
            _ tokenHash: String, _ now: Date, _ reset: StoredLink, _ letter: SealedLetter, _ entry: AuditEntry
        ) async throws -> Bool

    package init(
        requestReset:
            @escaping @Sendable (
                _ email: EmailAddress, _ token: ResetToken, _ letter: SealedLetter, _ entry: AuditEntry
            ) async throws -> Void,
        owner:
            @escaping @Sendable (_ tokenHash: String, _ purpose: LinkPurpose, _ now: Date) async throws -> LinkOwner?,
        resetPassword:
            @escaping @Sendable (
                _ tokenHash: String, _ passwordHash: Secret, _ now: Date, _ notice: SealedLetter, _ entry: AuditEntry
            ) async throws -> Bool,
        email: @escaping @Sendable (_ userID: UUID) async throws -> EmailAddress?,
        putLink: @escaping @Sendable (_ link: StoredLink, _ letter: SealedLetter) async throws -> Void,
        disown:
            @escaping @Sendable (
                _ tokenHash: String, _ now: Date, _ reset: StoredLink, _ letter: SealedLetter, _ entry: AuditEntry
            ) async throws -> Bool
    ) {
        self.requestReset = requestReset
        self.owner = owner
        self.resetPassword = resetPassword
        self.email = email
        self.putLink = putLink
        self.disown = disown
    }
}

/// What a link in a letter does; the spelling is that of the database.
package enum LinkPurpose: String, Sendable {
    case resetPassword = "reset_password"
    case changeEmail = "change_email"
    case disownSession = "disown_session"
}

/// A password reset that was asked for, by whomever.
package struct ResetToken: Sendable {
    package let hash: String
    package let createdAt: Date
    package let expiresAt: Date

    /// The same as a link of somebody known.
    func link(of userID: UUID) -> StoredLink {
        StoredLink(hash: hash, purpose: .resetPassword, userID: userID, createdAt: createdAt, expiresAt: expiresAt)
    }
}

/// A link of somebody known.
package struct StoredLink: Sendable {
    package let hash: String
    package let purpose: LinkPurpose
    package let userID: UUID
    /// The session that the link ends.
    package var sessionID: UUID?
    /// The address that the account moves to.
    package var newEmail: EmailAddress?
    package let createdAt: Date
    package let expiresAt: Date
}

/// Whose link it is.
package struct LinkOwner: Sendable {
    package let userID: UUID
    package let email: EmailAddress

    package init(userID: UUID, email: EmailAddress) {
        self.userID = userID
        self.email = email
    }
}
