package import Foundation

/// Registering where an address must be confirmed first: the account is made when the link in the letter is opened.
///
/// Until then there is no account: nobody can occupy somebody else's address, and a link completes the very registration
/// it was sent for, with its own password. Known and unknown addresses take one path, with the same statements and the
/// same answer; only the letter differs, and only the owner of the address reads that.
package struct Registration: Sendable {
    private let store: RegistrationStore
    private let hasher: PasswordHasher
    private let postbox: Postbox
    private let clock: AccountClock

    /// Seconds that a link completes a registration.
    package static let lifetime: TimeInterval = 86_400

    package init(store: RegistrationStore, hasher: PasswordHasher, postbox: Postbox, clock: AccountClock = .system) {
        self.store = store
        self.hasher = hasher
        self.postbox = postbox
        self.clock = clock
    }

    /// Sends a letter to the address, whoever has it.
    ///
    /// - Throws: ``AccountError/inputInvalid(_:)`` naming every fault, ``AccountError/hashingBusy(retryAfterSeconds:)``,
    ///   ``LettersFull``, or the store's failure.
    package func request(email: String, password: String, from origin: RequestOrigin) async throws {
        let (email, password) = try AccountService.validated(email: email, password: password)
        let hash = Secret(try await hasher.hash(password))
        let now = clock.now()
        let token = LinkToken()
        let pending = PendingRegistration(
            email: email,
            passwordHash: hash,
            tokenHash: token.hash,
            createdAt: now,
            expiresAt: now.addingTimeInterval(Self.lifetime)
        )
        let link = postbox.links.link(.verifyEmail, token)
        let confirm = Letter(to: email, .confirmAddress, ["link": link, "hours": "\(Int(Self.lifetime / 3_600))"])
        let known = Letter(to: email, .addressKnown, ["link": postbox.links.home])
        try await store.request(
            pending,
            try postbox.seal(confirm, at: now, lifetime: Self.lifetime),
            try postbox.seal(known, at: now, lifetime: Self.lifetime),
            AuditEntry(.registrationRequested, userID: nil, origin: origin)
        )
    }

    /// Makes the account that the link was sent for.
    ///
    /// - Throws: ``LinkInvalid``, also when the address has an account meanwhile, or the store's failure.
    package func complete(token text: String, from origin: RequestOrigin) async throws -> User {
        let entry = AuditEntry(.accountRegistered, userID: nil, origin: origin)
        guard let token = LinkToken(text), let user = try await store.complete(token.hash, clock.now(), entry) else {
            throw LinkInvalid()
        }
        return user
    }
}

/// Where registrations wait for their link to be opened.
package struct RegistrationStore: Sendable {
    /// Writes the registration, the entry and one of two letters: the first where the address is free, else the second.
    ///
    /// Throws ``LettersFull``.
    package var request:
        @Sendable (
            _ registration: PendingRegistration, _ ifFree: SealedLetter, _ ifTaken: SealedLetter, _ entry: AuditEntry
        ) async throws -> Void
    /// Makes the account with a confirmed address, once; nil when the token is none or the address is taken.
    package var complete: @Sendable (_ tokenHash: String, _ now: Date, _ entry: AuditEntry) async throws -> User?

    package init(
        request:
            @escaping @Sendable (
                _ registration: PendingRegistration, _ ifFree: SealedLetter, _ ifTaken: SealedLetter,
                _ entry: AuditEntry
            ) async throws -> Void,
        complete: @escaping @Sendable (_ tokenHash: String, _ now: Date, _ entry: AuditEntry) async throws -> User?
    ) {
        self.request = request
        self.complete = complete
    }
}

/// A registration whose link was not opened yet.
package struct PendingRegistration: Sendable {
    package let email: EmailAddress
    package let passwordHash: Secret
    package let tokenHash: String
    package let createdAt: Date
    package let expiresAt: Date
}
