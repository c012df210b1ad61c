/// What owners of accounts do beside signing in: the second factor, lost passwords, their own data.
package struct AccountCare: Sendable {
    package let secondFactor: SecondFactor
    package let registration: Registration
    package let reset: PasswordReset
    package let owner: OwnerCheck
    package let profiles: Profiles
    /// Whether an address counts only once its owner has opened a link.
    package let confirmsAddresses: Bool

    package init(
        stores: AccountStores,
        hasher: PasswordHasher,
        box: SecretBox,
        links: AccountLinks,
        confirmsAddresses: Bool,
        clock: AccountClock = .system
    ) {
        let postbox = Postbox(box: box, links: links)
        secondFactor = SecondFactor(
            store: stores.secondFactor,
            guesses: stores.guesses,
            box: box,
            postbox: postbox,
            audit: stores.audit,
            clock: clock
        )
        registration = Registration(store: stores.registration, hasher: hasher, postbox: postbox, clock: clock)
        reset = PasswordReset(store: stores.recovery, hasher: hasher, postbox: postbox, clock: clock)
        owner = OwnerCheck(
            store: stores.owner,
            hasher: hasher,
            guesses: stores.guesses,
            secondFactor: secondFactor,
            audit: stores.audit,
            clock: clock
        )
        profiles = Profiles(
            users: stores.users,
            store: stores.profile,
            owner: owner,
            hasher: hasher,
            postbox: postbox,
            confirmsAddresses: confirmsAddresses,
            clock: clock
        )
        self.confirmsAddresses = confirmsAddresses
    }
}

/// Where all of it is kept.
package struct AccountStores: Sendable {
    package var users: UserStore
    package var secondFactor: SecondFactorStore
    package var guesses: GuessCounter
    package var registration: RegistrationStore
    package var recovery: RecoveryStore
    package var owner: OwnerStore
    package var profile: ProfileStore
    package var audit: AuditLog

    package init(
        users: UserStore,
        secondFactor: SecondFactorStore,
        guesses: GuessCounter,
        registration: RegistrationStore,
        recovery: RecoveryStore,
        owner: OwnerStore,
        profile: ProfileStore,
        audit: AuditLog
    ) {
        self.users = users
        self.secondFactor = secondFactor
        self.guesses = guesses
        self.registration = registration
        self.recovery = recovery
        self.owner = owner
        self.profile = profile
        self.audit = audit
    }
}
