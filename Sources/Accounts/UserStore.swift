package import Foundation

/// Where accounts are kept.
package struct UserStore: Sendable {
    /// Writes the account and the audit entry about it, both or neither; nil when the address is taken.
    ///
    /// The entry's user is the new account, whatever it says.
    package var insert: @Sendable (_ user: NewUser, _ entry: AuditEntry) async throws -> User?
    package var find: @Sendable (_ id: UUID) async throws -> User?
    package var findByEmail: @Sendable (_ email: EmailAddress) async throws -> StoredUser?
    /// Replaces the hash if it is still the old one, so that a password changed meanwhile stays changed.
    package var replacePasswordHash: @Sendable (_ id: UUID, _ old: Secret, _ new: Secret) async throws -> Void

    package init(
        insert: @escaping @Sendable (_ user: NewUser, _ entry: AuditEntry) async throws -> User?,
        find: @escaping @Sendable (_ id: UUID) async throws -> User?,
        findByEmail: @escaping @Sendable (_ email: EmailAddress) async throws -> StoredUser?,
        replacePasswordHash: @escaping @Sendable (_ id: UUID, _ old: Secret, _ new: Secret) async throws -> Void
    ) {
        self.insert = insert
        self.find = find
        self.findByEmail = findByEmail
        self.replacePasswordHash = replacePasswordHash
    }
}

/// An account that does not exist yet.
package struct NewUser: Sendable {
    package let email: EmailAddress
    package let passwordHash: Secret
}

/// An account with what proves its ownership.
package struct StoredUser: Sendable {
    package let user: User
    package let passwordHash: Secret

    package init(user: User, passwordHash: Secret) {
        self.user = user
        self.passwordHash = passwordHash
    }
}
