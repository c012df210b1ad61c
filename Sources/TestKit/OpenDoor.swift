package import Guard

extension LoginGuard {
    /// A guard that remembers nothing, for tests of something else.
    package static func forgetful(_ clock: ManualClock) -> LoginGuard {
        let failures = FailureStore(read: { _, _ in [] }, add: { _, _ in [] }, clear: { _ in }, purge: { _ in })
        return LoginGuard(
            failures: failures,
            bans: BanBook(store: .forgetful, now: { clock.date }),
            desk: SecurityDesk(detector: AnomalyDetector(), now: { clock.milliseconds }),
            now: { clock.date }
        )
    }
}

extension BanStore {
    /// Holds no bans, and cannot make any.
    package static let forgetful = BanStore(
        version: { 0 },
        active: { _ in [] },
        raise: { _, _, _, _, _ in throw MemoryUsers.NotKept() },
        set: { _, _, _, _ in throw MemoryUsers.NotKept() },
        lift: { _ in false }
    )
}
