package import Accounts

extension AccountCare {
    /// Nobody has a second factor, no link is good, and nothing is kept.
    package static func inert(hasher: PasswordHasher, clock: AccountClock) -> AccountCare {
        guard let box = SecretBox(secrets: [Secret(String(repeating: "b", count: 32))]) else {
            preconditionFailure("32 bytes are enough")
        }
        return AccountCare(
            stores: .inert,
            hasher: hasher,
            box: box,
            links: AccountLinks(base: "https://app.example.com"),
            confirmsAddresses: false,
            clock: clock
        )
    }
}

extension AccountStores {
    fileprivate static let inert = AccountStores(
        users: UserStore(
            insert: { _, _ in nil },
            find: { _ in nil },
            findByEmail: { _ in nil },
            replacePasswordHash: { _, _, _ in }
        ),
        secondFactor: SecondFactorStore(
            find: { _ in nil },
            propose: { _, _, _ in false },
            enable: { _, _, _ in false },
            disable: { _, _, _ in false },
            spendStep: { _ in false },
            spendRecoveryCode: { _, _, _, _ in false },
            reseal: { _, _, _ in }
        ),
        guesses: GuessCounter(count: { _, _, _ in nil }, forget: { _, _ in }),
        registration: RegistrationStore(request: { _, _, _, _ in }, complete: { _, _, _ in nil }),
        recovery: RecoveryStore(
            requestReset: { _, _, _, _ in },
            owner: { _, _, _ in nil },
            resetPassword: { _, _, _, _, _ in false },
            email: { _ in nil },
            putLink: { _, _ in },
            disown: { _, _, _, _, _ in false }
        ),
        owner: OwnerStore(passwordHash: { _ in nil }, confirmedAt: { _ in nil }, confirm: { _, _, _ in }),
        profile: ProfileStore(
            change: { _ in },
            emailMove: { _, _ in nil },
            moveEmail: { _, _, _, _ in false },
            export: { _, _ in nil },
            erase: { _, _, _ in false }
        ),
        audit: AuditLog { _ in }
    )
}
