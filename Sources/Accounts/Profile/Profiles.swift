package import Foundation

/// What owners do with their account: change it, take everything with them, erase it.
package struct Profiles: Sendable {
    private let users: UserStore
    private let store: ProfileStore
    private let owner: OwnerCheck
    private let hasher: PasswordHasher
    private let postbox: Postbox
    private let clock: AccountClock
    /// Whether a new address counts only after its owner has opened a link.
    private let confirmsAddresses: Bool

    /// Seconds that a link moves an account to another address.
    static let moveLifetime: TimeInterval = 86_400
    /// Characters of a name.
    package static let nameLengths = 1...80
    /// Share of the balance that one signal may put at risk, in percent.
    package static let riskPercents: ClosedRange<Decimal> = Decimal(1) / 100...100

    package init(
        users: UserStore,
        store: ProfileStore,
        owner: OwnerCheck,
        hasher: PasswordHasher,
        postbox: Postbox,
        confirmsAddresses: Bool,
        clock: AccountClock = .system
    ) {
        self.users = users
        self.store = store
        self.owner = owner
        self.hasher = hasher
        self.postbox = postbox
        self.confirmsAddresses = confirmsAddresses
        self.clock = clock
    }

    /// Changes what was asked for, all of it or nothing.
    ///
    /// A new password ends every other session. A new address is told to the old one.
    ///
    /// - Returns: whether an address waits to be confirmed.
    /// - Throws: ``OwnerCheckError``, ``AccountError``, ``LettersFull``, or the store's failure.
    package func change(
        _ userID: UUID,
        sessionID: UUID,
        _ change: ProfileChange,
        from origin: RequestOrigin
    ) async throws -> Bool {
        guard let user = try await users.find(userID) else { throw AccountError.tokenInvalid }
        let email = try Self.newAddress(change.email, of: user)
        var proof: Secret?
        if change.needsPassword {
            guard let current = change.currentPassword else { throw OwnerCheckError.required }
            proof = try await owner.password(current, of: userID, from: origin)
        }
        var checked = CheckedProfileChange(userID: userID, sessionID: sessionID, now: clock.now(), proof: proof)
        checked.displayName = change.displayName
        checked.riskPercent = change.riskPercent
        if let text = change.newPassword {
            try await setPassword(text, of: user, email, in: &checked, origin)
        }
        if let email { try setEmail(email, of: user, in: &checked, origin) }
        if checked.entries.isEmpty {
            checked.entries = [AuditEntry(.profileChanged, userID: userID, origin: origin)]
        }
        try await store.change(checked)
        if case .afterConfirmation = checked.email { return true }
        return false
    }

    /// Moves an account to the address whose link was opened.
    ///
    /// - Throws: ``LinkInvalid``, or the store's failure.
    package func confirmAddress(token text: String, from origin: RequestOrigin) async throws {
        let now = clock.now()
        guard let token = LinkToken(text), let move = try await store.emailMove(token.hash, now) else {
            throw LinkInvalid()
        }
        let notice = try addressNotice(to: move.old, new: move.new, userID: move.userID, at: now)
        let entry = AuditEntry(.emailChanged, userID: move.userID, origin: origin)
        guard try await store.moveEmail(token.hash, now, notice, entry) else { throw LinkInvalid() }
    }

    /// Everything that is kept about the account, as one JSON object.
    ///
    /// - Throws: ``OwnerCheckError/required`` when the session was not confirmed a moment ago,
    ///   ``AccountError/tokenInvalid`` when the account is gone, or the store's failure.
    package func export(_ userID: UUID, sessionID: UUID, from origin: RequestOrigin) async throws -> String {
        try await owner.requireFresh(sessionID)
        let entry = AuditEntry(.accountExported, userID: userID, origin: origin)
        guard let document = try await store.export(userID, entry) else { throw AccountError.tokenInvalid }
        return document
    }

    /// Erases the account; what stays is the record of what was done, without the name.
    ///
    /// - Throws: ``OwnerCheckError``, ``AccountError``, or the store's failure.
    package func erase(_ userID: UUID, password: String, from origin: RequestOrigin) async throws {
        guard let user = try await users.find(userID) else { throw AccountError.tokenInvalid }
        try await owner.password(password, of: userID, from: origin)
        let notice = try postbox.seal(Letter(to: user.email, .accountErased), at: clock.now())
        let entry = AuditEntry(.accountErased, userID: userID, origin: origin)
        guard try await store.erase(userID, notice, entry) else { throw AccountError.tokenInvalid }
    }
}

extension Profiles {
    /// The address, if it is another one than now.
    private static func newAddress(_ text: String?, of user: User) throws(AccountError) -> EmailAddress? {
        guard let text else { return nil }
        guard let email = EmailAddress(text) else { throw .inputInvalid([.emailMalformed]) }
        return email == user.email ? nil : email
    }

    private func setPassword(
        _ text: String,
        of user: User,
        _ newEmail: EmailAddress?,
        in change: inout CheckedProfileChange,
        _ origin: RequestOrigin
    ) async throws {
        let password = try Password.chosen(text, for: newEmail ?? user.email)
        change.passwordHash = Secret(try await hasher.hash(password))
        let notice = Letter(to: user.email, .passwordChanged, ["link": postbox.links.home])
        change.letters.append(try postbox.seal(notice, userID: user.id, at: change.now))
        change.entries.append(AuditEntry(.passwordChanged, userID: user.id, origin: origin))
    }

    private func setEmail(
        _ email: EmailAddress,
        of user: User,
        in change: inout CheckedProfileChange,
        _ origin: RequestOrigin
    ) throws {
        guard confirmsAddresses else {
            change.email = .now(email)
            change.letters.append(try addressNotice(to: user.email, new: email, userID: user.id, at: change.now))
            change.entries.append(AuditEntry(.emailChanged, userID: user.id, origin: origin))
            return
        }
        let token = LinkToken()
        let hours = "\(Int(Self.moveLifetime / 3_600))"
        let values = ["link": postbox.links.link(.verifyEmail, token), "hours": hours]
        let confirm = Letter(to: email, .confirmNewAddress, values)
        let known = Letter(to: email, .addressKnown, ["link": postbox.links.home])
        let link = StoredLink(
            hash: token.hash,
            purpose: .changeEmail,
            userID: user.id,
            newEmail: email,
            createdAt: change.now,
            expiresAt: change.now.addingTimeInterval(Self.moveLifetime)
        )
        change.email = .afterConfirmation(
            link,
            ifFree: try postbox.seal(confirm, userID: user.id, at: change.now, lifetime: Self.moveLifetime),
            ifTaken: try postbox.seal(known, userID: user.id, at: change.now, lifetime: Self.moveLifetime)
        )
        change.entries.append(AuditEntry(.emailChangeRequested, userID: user.id, origin: origin))
    }

    private func addressNotice(
        to old: EmailAddress,
        new: EmailAddress,
        userID: UUID,
        at now: Date
    ) throws -> SealedLetter {
        // Whoever reads the old mailbox need not learn the whole new address.
        let values = ["newAddress": Letter(to: new, .addressChanged).maskedRecipient, "link": postbox.links.home]
        return try postbox.seal(Letter(to: old, .addressChanged, values), userID: userID, at: now)
    }
}
