package import Foundation
package import Guard

/// Lets people register and come in, and says who a token belongs to.
package final class AccountService: Sendable {
    package let sessions: SessionService
    private let users: UserStore
    private let audit: AuditLog
    private let hasher: PasswordHasher
    private let secondFactor: SecondFactor
    private let door: LoginGuard

    package init(
        users: UserStore,
        audit: AuditLog,
        hasher: PasswordHasher,
        secondFactor: SecondFactor,
        door: LoginGuard,
        sessions: SessionService
    ) {
        self.users = users
        self.audit = audit
        self.hasher = hasher
        self.secondFactor = secondFactor
        self.door = door
        self.sessions = sessions
    }

    /// Opens an account and lets its owner in.
    ///
    /// - Parameters:
    ///   - email: the account's address.
    ///   - password: as it was typed.
    ///   - device: as it describes itself.
    ///   - origin: where from.
    /// - Returns: the tokens.
    /// - Throws: `SignInRefusal` for an address that is banned, ``AccountError/inputInvalid(_:)`` naming every fault,
    ///   ``AccountError/emailTaken``, ``AccountError/hashingBusy(retryAfterSeconds:)``, or the store's failure.
    package func register(
        email: String,
        password: String,
        on device: ClientDevice = ClientDevice(),
        from origin: RequestOrigin
    ) async throws -> Admission {
        try door.admit(from: origin.networkAddress)
        let (address, password) = try Self.validated(email: email, password: password)
        let hash = Secret(try await hasher.hash(password))
        let entry = AuditEntry(.accountRegistered, userID: nil, origin: origin)
        guard let user = try await users.insert(NewUser(email: address, passwordHash: hash), entry) else {
            throw AccountError.emailTaken
        }
        return try await sessions.open(for: user, on: device, from: origin, recording: nil)
    }

    /// Lets the owner of an account in.
    ///
    /// Unknown addresses and wrong passwords take the same time and get the same answer.
    ///
    /// - Parameters:
    ///   - email: the account's address.
    ///   - password: as it was typed.
    ///   - proof: what was given for the second factor.
    ///   - device: as it describes itself.
    ///   - token: the refresh token that came along, by which a device of the owner's is recognised.
    ///   - origin: where from.
    /// - Returns: the tokens.
    /// - Throws: `SignInRefusal`, ``AccountError/invalidCredentials``, ``AccountError/accountBlocked`` after the right
    ///   password, ``AccountError/hashingBusy(retryAfterSeconds:)``, ``SecondFactorError`` after the right password, or the
    ///   store's failure.
    package func login(
        email: String,
        password: String,
        secondFactor proof: SecondFactor.Proof? = nil,
        on device: ClientDevice = ClientDevice(),
        presenting token: String? = nil,
        from origin: RequestOrigin
    ) async throws -> Admission {
        let stored = try await EmailAddress(email).asyncFlatMap(users.findByEmail)
        let attempt = SignInAttempt(
            address: origin.networkAddress,
            account: EmailAddress(email)?.text,
            // For nobody's account the same is looked up, so that the time taken tells nothing.
            knownDevice: try await sessions.recognise(device, presenting: token, of: stored?.user.id ?? UUID()),
            agent: origin.userAgent
        )
        try await door.admit(attempt)
        let owner = try await owner(stored, password: password, attempt, from: origin)
        do {
            try await secondFactor.demand(proof, of: owner.user.id, from: origin)
        } catch SecondFactorError.codeWrong {
            try await door.failed(attempt)
            throw SecondFactorError.codeWrong
        }
        try await door.succeeded(attempt, as: owner.user.id)
        do {
            return try await admit(owner, on: device, from: origin)
        } catch AccountError.invalidCredentials {
            // The hash is another one by now: of a new password, or renewed by another sign-in. Which, the check says.
            let stored = try await EmailAddress(email).asyncFlatMap(users.findByEmail)
            let owner = try await self.owner(stored, password: password, attempt, from: origin)
            return try await admit(owner, on: device, from: origin)
        }
    }

    private func admit(
        _ owner: StoredUser,
        on device: ClientDevice,
        from origin: RequestOrigin
    ) async throws -> Admission {
        try await sessions.open(
            for: owner.user,
            on: device,
            from: origin,
            proof: owner.passwordHash,
            recording: AuditEntry(.loginSucceeded, userID: owner.user.id, origin: origin)
        )
    }

    /// The account, whose password this is.
    private func owner(
        _ stored: StoredUser?,
        password: String,
        _ attempt: SignInAttempt,
        from origin: RequestOrigin
    ) async throws -> StoredUser {
        let password = Password(password)
        let verdict = try await password.asyncFlatMap {
            try await hasher.check($0, against: stored?.passwordHash.reveal())
        }
        guard let stored, let password, let verdict, verdict != .wrong else {
            try await audit.record(AuditEntry(.loginFailed, userID: stored?.user.id, origin: origin))
            try await door.failed(attempt)
            throw AccountError.invalidCredentials
        }
        guard !stored.user.isBlocked else {
            try await audit.record(AuditEntry(.loginBlocked, userID: stored.user.id, origin: origin))
            throw AccountError.accountBlocked
        }
        guard verdict == .rightButOutdated else { return stored }
        return StoredUser(user: stored.user, passwordHash: try await renewedHash(of: stored, password: password))
    }

    /// ``SessionService/authenticate(_:)``.
    package func authenticate(_ token: String) async throws -> Caller { try await sessions.authenticate(token) }

    /// ``SessionService/authenticateWithoutWaiting(_:)``.
    package func authenticateWithoutWaiting(_ token: String) throws(AccountError) -> Caller? {
        try sessions.authenticateWithoutWaiting(token)
    }

    /// The account, fresh from the store; nil when it is gone.
    package func user(_ id: UUID) async throws -> User? { try await users.find(id) }
}

extension AccountService {
    static func validated(email: String, password: String) throws(AccountError) -> (EmailAddress, Password) {
        let address = EmailAddress(email)
        let password = Password(password)
        var faults: [AccountInputFault] = address == nil ? [.emailMalformed] : []
        faults += password?.faults(for: address) ?? [.passwordTooLong(maximum: Password.allowedLengths.upperBound)]
        guard let address, let password, faults.isEmpty else { throw .inputInvalid(faults) }
        return (address, password)
    }

    /// Hashes the password at today's cost, since it is in hand only now.
    ///
    /// A full queue is no reason to refuse: the next login will renew it.
    private func renewedHash(of stored: StoredUser, password: Password) async throws -> Secret {
        do {
            let hash = Secret(try await hasher.hash(password))
            try await users.replacePasswordHash(stored.user.id, stored.passwordHash, hash)
            return hash
        } catch AccountError.hashingBusy {
            return stored.passwordHash
        }
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate func asyncFlatMap<Value>(
        _ transform: (Wrapped) async throws -> Value?
    ) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
