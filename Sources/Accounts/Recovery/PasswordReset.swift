package import Foundation

/// Getting back in by a letter: forgotten passwords, and sign-ins that the owner did not make.
package struct PasswordReset: Sendable {
    private let store: RecoveryStore
    private let hasher: PasswordHasher
    private let postbox: Postbox
    private let clock: AccountClock

    /// Seconds that a link resets a password.
    package static let lifetime: TimeInterval = 1_800
    /// Seconds that the link in a notice ends the session it tells of.
    package static let noticeLifetime: TimeInterval = 7 * 86_400

    package init(store: RecoveryStore, hasher: PasswordHasher, postbox: Postbox, clock: AccountClock = .system) {
        self.store = store
        self.hasher = hasher
        self.postbox = postbox
        self.clock = clock
    }

    /// Sends a link if the address has an account; one statement does it all, and always writes, whether it has or not.
    ///
    /// - Throws: ``LettersFull``, or the store's failure; never anything that depends on the address.
    package func request(email text: String, from origin: RequestOrigin) async throws {
        // A text that is no address has no account; it takes the same path under an address that nobody can have.
        let email = EmailAddress(text) ?? Self.nobody
        let (token, letter) = try newReset(for: email, userID: nil)
        let entry = AuditEntry(.passwordResetRequested, userID: nil, origin: origin)
        try await store.requestReset(email, token, letter, entry)
    }

    /// Sets a new password and signs every device out; the second factor stays as it is.
    ///
    /// - Throws: ``LinkInvalid``, ``AccountError/inputInvalid(_:)``, ``AccountError/hashingBusy(retryAfterSeconds:)``, or
    ///   the store's failure. The link stays good unless the password was changed.
    package func confirm(token text: String, newPassword: String, from origin: RequestOrigin) async throws {
        let now = clock.now()
        guard let token = LinkToken(text), let owner = try await store.owner(token.hash, .resetPassword, now) else {
            throw LinkInvalid()
        }
        let password = try Password.chosen(newPassword, for: owner.email)
        let hash = Secret(try await hasher.hash(password))
        let notice = Letter(to: owner.email, .passwordChanged, ["link": postbox.links.home])
        let entry = AuditEntry(.passwordReset, userID: owner.userID, origin: origin)
        let sealed = try postbox.seal(notice, userID: owner.userID, at: now)
        guard try await store.resetPassword(token.hash, hash, clock.now(), sealed, entry) else { throw LinkInvalid() }
    }

    /// Tells the owner of a sign-in from a device never seen, with a link that ends it.
    ///
    /// - Throws: the store's failure. A full queue is none: the sign-in stands either way.
    package func announceNewDevice(
        _ device: String,
        of userID: UUID,
        sessionID: UUID,
        from origin: RequestOrigin
    ) async throws {
        guard let email = try await store.email(userID) else { return }
        let now = clock.now()
        let token = LinkToken()
        let values = [
            "link": postbox.links.link(.notMe, token), "device": device, "address": origin.address,
            "time": now.formatted(.iso8601),
        ]
        let notice = Letter(to: email, .newDevice, values)
        let kept = StoredLink(
            hash: token.hash,
            purpose: .disownSession,
            userID: userID,
            sessionID: sessionID,
            createdAt: now,
            expiresAt: now.addingTimeInterval(Self.noticeLifetime)
        )
        try await store.putLink(kept, try postbox.seal(notice, userID: userID, at: now))
    }

    /// Ends the session that the notice told of, and sends a link for a new password: somebody knows the old one.
    ///
    /// - Throws: ``LinkInvalid``, ``LettersFull``, or the store's failure.
    package func disown(token text: String, from origin: RequestOrigin) async throws {
        let now = clock.now()
        guard let token = LinkToken(text), let owner = try await store.owner(token.hash, .disownSession, now) else {
            throw LinkInvalid()
        }
        let (reset, letter) = try newReset(for: owner.email, userID: owner.userID)
        let entry = AuditEntry(.sessionDisowned, userID: owner.userID, origin: origin)
        guard try await store.disown(token.hash, now, reset.link(of: owner.userID), letter, entry) else {
            throw LinkInvalid()
        }
    }

    private func newReset(for email: EmailAddress, userID: UUID?) throws -> (ResetToken, SealedLetter) {
        let now = clock.now()
        let token = LinkToken()
        let values = ["link": postbox.links.link(.resetPassword, token), "minutes": "\(Int(Self.lifetime / 60))"]
        let letter = Letter(to: email, .resetPassword, values)
        let sealed = try postbox.seal(letter, userID: userID, at: now, lifetime: Self.lifetime)
        let reset = ResetToken(hash: token.hash, createdAt: now, expiresAt: now.addingTimeInterval(Self.lifetime))
        return (reset, sealed)
    }

    /// RFC 2606: no such domain will ever be.
    private static let nobody: EmailAddress = {
        guard let address = EmailAddress("nobody@nowhere.invalid") else { preconditionFailure("a plain address") }
        return address
    }()
}
