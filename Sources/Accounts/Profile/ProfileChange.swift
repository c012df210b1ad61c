package import Foundation

/// What a user wants to change of their account; nil leaves a thing as it is.
package struct ProfileChange: Sendable {
    package var email: String?
    package var newPassword: String?
    /// Needed for a new address or a new password.
    package var currentPassword: String?
    /// The inner nil takes the name away.
    package var displayName: String??
    /// The inner nil takes the number away.
    package var riskPercent: Decimal??

    package init() {}

    /// Whether the owner must show who they are.
    var needsPassword: Bool { email != nil || newPassword != nil }
}

/// A change that was checked, for the store to write as a whole.
package struct CheckedProfileChange: Sendable {
    package let userID: UUID
    /// The session that asks: it stays when the password changes.
    package let sessionID: UUID
    package let now: Date
    /// The hash of the password that the owner has shown, where the change needs it: it must still be in force.
    package var proof: Secret?
    package var passwordHash: Secret?
    package var email: EmailChange?
    package var displayName: String??
    package var riskPercent: Decimal??
    package var letters: [SealedLetter] = []
    package var entries: [AuditEntry] = []
}

/// How an address changes.
package enum EmailChange: Sendable {
    /// At once.
    case now(EmailAddress)
    /// When the link is opened; the first letter goes out if the address is free, else the second.
    case afterConfirmation(StoredLink, ifFree: SealedLetter, ifTaken: SealedLetter)
}
