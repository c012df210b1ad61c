package import Foundation

/// Makes sure that whoever holds an access token is the owner of the account, before something that cannot be undone.
///
/// A stolen token is worth little then. Tries are counted, so that the token does not become a way to guess the password.
package struct OwnerCheck: Sendable {
    private let store: OwnerStore
    private let hasher: PasswordHasher
    private let guesses: GuessCounter
    private let secondFactor: SecondFactor
    private let audit: AuditLog
    private let clock: AccountClock

    /// Seconds after signing in, or after the last check, in which a session counts as the owner's without another one.
    package static let freshness: TimeInterval = 300

    package init(
        store: OwnerStore,
        hasher: PasswordHasher,
        guesses: GuessCounter,
        secondFactor: SecondFactor,
        audit: AuditLog,
        clock: AccountClock = .system
    ) {
        self.store = store
        self.hasher = hasher
        self.guesses = guesses
        self.secondFactor = secondFactor
        self.audit = audit
        self.clock = clock
    }

    /// Checks the password of somebody who is signed in.
    ///
    /// - Parameters:
    ///   - text: as it was typed.
    ///   - userID: whose it is to be.
    ///   - origin: where from.
    /// - Returns: the hash that it was right for: what is done on its strength may ask whether it is still in force.
    /// - Throws: ``OwnerCheckError``, ``AccountError/hashingBusy(retryAfterSeconds:)``, ``AccountError/tokenInvalid`` when
    ///   the account is gone, or the store's failure.
    @discardableResult
    package func password(_ text: String, of userID: UUID, from origin: RequestOrigin) async throws -> Secret {
        guard let stored = try await store.passwordHash(userID) else { throw AccountError.tokenInvalid }
        let now = clock.now()
        if let end = try await guesses.count(userID, .password, now) {
            throw OwnerCheckError.tooManyTries(retryAfterSeconds: GuessCounter.seconds(from: now, until: end))
        }
        guard let password = Password(text), try await hasher.check(password, against: stored.reveal()) != .wrong else {
            try await audit.record(AuditEntry(.confirmationFailed, userID: userID, origin: origin))
            throw OwnerCheckError.passwordWrong
        }
        try await guesses.forget(userID, .password)
        return stored
    }

    /// Makes the session count as the owner's for ``freshness``, by the password or, where it is on, a fresh code.
    ///
    /// - Throws: as ``password(_:of:from:)``; ``SecondFactorError``.
    package func confirm(
        _ sessionID: UUID,
        of userID: UUID,
        by proof: Proof,
        from origin: RequestOrigin
    ) async throws {
        switch proof {
        case .password(let text): try await password(text, of: userID, from: origin)
        case .code(let code):
            guard try await secondFactor.isOn(for: userID) else { throw SecondFactorError.notSetUp }
            try await secondFactor.demand(.code(code), of: userID, from: origin)
        }
        let entry = AuditEntry(.confirmationSucceeded, userID: userID, origin: origin)
        try await store.confirm(sessionID, clock.now(), entry)
    }

    /// What proves the owner.
    package enum Proof: Sendable {
        case password(String)
        case code(String)
    }

    /// Lets a session through that signed in, or was checked, a moment ago.
    ///
    /// - Throws: ``OwnerCheckError/required``, or the store's failure.
    package func requireFresh(_ sessionID: UUID) async throws {
        let oldest = clock.now().addingTimeInterval(-Self.freshness)
        guard let confirmed = try await store.confirmedAt(sessionID), confirmed > oldest else {
            throw OwnerCheckError.required
        }
    }
}

/// Why somebody who is signed in was not taken for the owner.
package enum OwnerCheckError: Error, Hashable, Sendable {
    /// The session is too old for this; it must be confirmed first.
    case required
    case passwordWrong
    /// No try is looked at for so many whole seconds.
    case tooManyTries(retryAfterSeconds: Int)
}

/// What the check of an owner is held against.
package struct OwnerStore: Sendable {
    package var passwordHash: @Sendable (_ userID: UUID) async throws -> Secret?
    /// When the session's owner last showed who they are: at sign-in or later; nil when the session is gone.
    package var confirmedAt: @Sendable (_ sessionID: UUID) async throws -> Date?
    package var confirm: @Sendable (_ sessionID: UUID, _ now: Date, _ entry: AuditEntry) async throws -> Void

    package init(
        passwordHash: @escaping @Sendable (_ userID: UUID) async throws -> Secret?,
        confirmedAt: @escaping @Sendable (_ sessionID: UUID) async throws -> Date?,
        confirm: @escaping @Sendable (_ sessionID: UUID, _ now: Date, _ entry: AuditEntry) async throws -> Void
    ) {
        self.passwordHash = passwordHash
        self.confirmedAt = confirmedAt
        self.confirm = confirm
    }
}
