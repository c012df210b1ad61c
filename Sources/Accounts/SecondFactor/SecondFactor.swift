package import Foundation

/// The second factor: setting it up, asking for it at sign-in, switching it off.
package struct SecondFactor: Sendable {
    private let store: SecondFactorStore
    private let guesses: GuessCounter
    private let box: SecretBox
    private let postbox: Postbox
    private let audit: AuditLog
    private let clock: AccountClock

    package init(
        store: SecondFactorStore,
        guesses: GuessCounter,
        box: SecretBox,
        postbox: Postbox,
        audit: AuditLog,
        clock: AccountClock = .system
    ) {
        self.store = store
        self.guesses = guesses
        self.box = box
        self.postbox = postbox
        self.audit = audit
        self.clock = clock
    }

    /// Makes a secret, which counts once a code of it was confirmed.
    ///
    /// The caller has shown the password before.
    ///
    /// - Throws: ``SecondFactorError/alreadyOn``, ``AccountError/tokenInvalid`` when the account is gone, or the store's
    ///   failure.
    package func setUp(_ userID: UUID, from origin: RequestOrigin) async throws -> Enrolment {
        guard let stored = try await store.find(userID) else { throw AccountError.tokenInvalid }
        let secret = randomBytes(OneTimePassword.secretLength)
        let sealed = try box.seal(secret, for: .oneTimePassword, of: Self.owner(userID))
        let entry = AuditEntry(.totpSetUp, userID: userID, origin: origin)
        guard try await store.propose(userID, sealed, entry) else { throw SecondFactorError.alreadyOn }
        return try Enrolment(secret: secret, account: stored.email)
    }

    /// Switches the factor on with a code of the new secret.
    ///
    /// - Returns: the recovery codes; they are never shown again.
    /// - Throws: ``SecondFactorError``, ``AccountError/tokenInvalid`` when the account is gone, or the store's failure.
    package func confirm(_ userID: UUID, code: String, from origin: RequestOrigin) async throws -> [RecoveryCode] {
        guard let stored = try await store.find(userID) else { throw AccountError.tokenInvalid }
        guard !stored.isOn else { throw SecondFactorError.alreadyOn }
        let confirmed = try await confirmed(code, by: stored, userID: userID, origin: origin)
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode() }
        let entry = AuditEntry(.totpEnabled, userID: userID, origin: origin)
        guard try await store.enable(confirmed, codes.map(\.hash), entry) else {
            return try await refuse(userID, origin)
        }
        try await guesses.forget(userID, .code)
        return codes
    }

    /// What was given for the second factor.
    package enum Proof: Sendable {
        case code(String)
        case recoveryCode(String)

        /// The recovery code counts when both are given.
        package init?(code: String?, recoveryCode: String?) {
            if let recoveryCode {
                self = .recoveryCode(recoveryCode)
            } else if let code {
                self = .code(code)
            } else {
                return nil
            }
        }
    }

    /// Asks for the factor where it is on; the caller has shown the password before.
    ///
    /// - Throws: ``SecondFactorError/codeRequired``, ``SecondFactorError/codeWrong``,
    ///   ``SecondFactorError/tooManyCodes(retryAfterSeconds:)``, or the store's failure.
    package func demand(_ proof: Proof?, of userID: UUID, from origin: RequestOrigin) async throws {
        guard let stored = try await store.find(userID), stored.isOn else { return }
        switch proof {
        case .none: throw SecondFactorError.codeRequired
        case .code(let code): try await spend(code, stored, userID, origin)
        case .recoveryCode(let text): try await spend(RecoveryCode(typed: text), userID, origin)
        }
    }

    /// Switches the factor off; the caller has shown the password before.
    ///
    /// - Throws: ``SecondFactorError``, or the store's failure.
    package func disable(_ userID: UUID, with proof: Proof, from origin: RequestOrigin) async throws {
        guard let stored = try await store.find(userID), stored.isOn else { throw SecondFactorError.notSetUp }
        try await demand(proof, of: userID, from: origin)
        let entry = AuditEntry(.totpDisabled, userID: userID, origin: origin)
        let notice = Letter(to: stored.email, .secondFactorOff, ["link": postbox.links.home])
        let sealed = try postbox.seal(notice, userID: userID, at: clock.now())
        guard try await store.disable(userID, sealed, entry) else { throw SecondFactorError.notSetUp }
    }

    /// Whether the factor is on.
    package func isOn(for userID: UUID) async throws -> Bool { try await store.find(userID)?.isOn ?? false }
}

extension SecondFactor {
    private func spend(_ code: String, _ stored: StoredSecondFactor, _ userID: UUID, _ origin: RequestOrigin)
        async throws
    {
        let confirmed = try await confirmed(code, by: stored, userID: userID, origin: origin)
        guard try await store.spendStep(confirmed) else { return try await refuse(userID, origin) }
        try await guesses.forget(userID, .code)
    }

    private func spend(_ code: RecoveryCode?, _ userID: UUID, _ origin: RequestOrigin) async throws {
        let entry = AuditEntry(.recoveryCodeUsed, userID: userID, origin: origin)
        // 80 random bits cannot be guessed, so nothing is counted, and the owner comes in while codes are cut off.
        guard let code, try await store.spendRecoveryCode(userID, code.hash, clock.now(), entry) else {
            return try await refuse(userID, origin)
        }
    }

    /// Counts the try, then looks at the code.
    private func confirmed(
        _ code: String,
        by stored: StoredSecondFactor,
        userID: UUID,
        origin: RequestOrigin
    ) async throws -> ConfirmedFactor {
        guard let sealed = stored.sealedSecret else { throw SecondFactorError.notSetUp }
        let now = clock.now()
        if let end = try await guesses.count(userID, .code, now) {
            try await audit.record(AuditEntry(.totpPaused, userID: userID, origin: origin))
            throw SecondFactorError.tooManyCodes(retryAfterSeconds: GuessCounter.seconds(from: now, until: end))
        }
        guard let secret = box.open(sealed, for: .oneTimePassword, of: Self.owner(userID)) else {
            throw SecretUnreadable()
        }
        let typed = code.filter { !$0.isWhitespace }
        guard let step = OneTimePassword(secret: secret).step(of: typed, at: now, after: stored.spentStep) else {
            return try await refuse(userID, origin)
        }
        guard box.isOutdated(sealed) else { return ConfirmedFactor(userID: userID, sealedSecret: sealed, step: step) }
        let renewed = try box.seal(secret, for: .oneTimePassword, of: Self.owner(userID))
        try await store.reseal(userID, sealed, renewed)
        return ConfirmedFactor(userID: userID, sealedSecret: renewed, step: step)
    }

    private func refuse<Value>(_ userID: UUID, _ origin: RequestOrigin) async throws -> Value {
        try await audit.record(AuditEntry(.totpFailed, userID: userID, origin: origin))
        throw SecondFactorError.codeWrong
    }

    private static func owner(_ userID: UUID) -> String { userID.uuidString.lowercased() }
}

/// A stored secret does not open: it was changed, or the key that sealed it is no longer given.
package struct SecretUnreadable: Error {}
