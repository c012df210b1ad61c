package import Accounts
import Foundation

extension AccountService {
    /// Accounts and sessions in memory, with the clock of the test.
    package convenience init(users: MemoryUsers, tokens: AccessTokens, clock: ManualClock) {
        guard let keys = SessionKeys(secret: Secret(String(repeating: "s", count: 32))) else {
            preconditionFailure("32 bytes are enough")
        }
        let audit = AuditLog { _ in }
        let hasher = PasswordHasher()
        let time = AccountClock(now: { clock.date }, uptime: { .milliseconds(clock.milliseconds) })
        self.init(
            users: users.port,
            audit: audit,
            hasher: hasher,
            secondFactor: AccountCare.inert(hasher: hasher, clock: time).secondFactor,
            door: .forgetful(clock),
            sessions: SessionService(
                store: users.sessions,
                audit: audit,
                tokens: tokens,
                keys: keys,
                observer: SecurityObserver { _ in },
                clock: time
            )
        )
    }
}
