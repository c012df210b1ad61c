package import Foundation

/// Where what belongs to an account is changed, shown and erased.
package struct ProfileStore: Sendable {
    /// Writes everything or nothing.
    ///
    /// Throws ``AccountError/emailTaken``, ``LettersFull``, and ``OwnerCheckError/passwordWrong`` when the account has
    /// another password than the one that was shown.
    package var change: @Sendable (_ change: CheckedProfileChange) async throws -> Void
    /// The link's account and the address it moves to, while the link is good.
    package var emailMove: @Sendable (_ tokenHash: String, _ now: Date) async throws -> EmailMove?
    /// Spends the link and moves the account; false when the link was spent or the address taken meanwhile.
    package var moveEmail:
        @Sendable (_ tokenHash: String, _ now: Date, _ notice: SealedLetter, _ entry: AuditEntry) async throws -> Bool
    /// Everything that is kept about the account, as one JSON object; nil when it is gone.
    package var export: @Sendable (_ userID: UUID, _ entry: AuditEntry) async throws -> String?
    /// Erases the account and all that belongs to it; of the record the names alone.
    ///
    /// False when it was gone.
    package var erase: @Sendable (_ userID: UUID, _ notice: SealedLetter, _ entry: AuditEntry) async throws -> Bool

    package init(
        change: @escaping @Sendable (_ change: CheckedProfileChange) async throws -> Void,
        emailMove: @escaping @Sendable (_ tokenHash: String, _ now: Date) async throws -> EmailMove?,
        moveEmail:
            @escaping @Sendable (_ tokenHash: String, _ now: Date, _ notice: SealedLetter, _ entry: AuditEntry)
            async throws -> Bool,
        export: @escaping @Sendable (_ userID: UUID, _ entry: AuditEntry) async throws -> String?,
        erase: @escaping @Sendable (_ userID: UUID, _ notice: SealedLetter, _ entry: AuditEntry) async throws -> Bool
    ) {
        self.change = change
        self.emailMove = emailMove
        self.moveEmail = moveEmail
        self.export = export
        self.erase = erase
    }
}

/// An account that is about to move to another address.
package struct EmailMove: Sendable {
    package let userID: UUID
    package let old: EmailAddress
    package let new: EmailAddress

    package init(userID: UUID, old: EmailAddress, new: EmailAddress) {
        self.userID = userID
        self.old = old
        self.new = new
    }
}
