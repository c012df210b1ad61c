import Accounts
import Foundation
import Guard
import Postgres
import Storage
import Synchronization
import TestKit
import Testing

/// A clock that moves when told.
final class AccountTime: Sendable {
    private let offset = Mutex(Duration.zero)
    private let start = Date(timeIntervalSince1970: 1_760_000_000)

    func advance(_ duration: Duration) { offset.withLock { $0 += duration } }

    var clock: AccountClock {
        AccountClock(
            now: { self.start.addingTimeInterval(self.offset.withLock { $0 / .seconds(1) }) },
            uptime: { self.offset.withLock { $0 } }
        )
    }
}

extension AccountService {
    static let testSecret = Secret("a secret of at least thirty-two bytes, for tests")

    /// The service on the test's database, as `serve` puts it together.
    static func onDatabase(
        _ pool: PostgresPool,
        hasher: PasswordHasher = PasswordHasher(parameters: .floor, workers: 2, queueLimit: 100),
        door: LoginGuard? = nil,
        sessions: SessionStore? = nil,
        observer: SecurityObserver = SecurityObserver { _ in },
        clock: AccountClock = .system
    ) throws -> AccountService {
        let care = AccountCare(
            stores: .postgres(pool),
            hasher: hasher,
            box: try #require(SecretBox(secrets: [testSecret])),
            links: AccountLinks(base: "https://app.example.com"),
            confirmsAddresses: false,
            clock: clock
        )
        return AccountService(
            users: .postgres(pool),
            audit: .postgres(pool),
            hasher: hasher,
            secondFactor: care.secondFactor,
            door: door ?? .forgetful(ManualClock()),
            sessions: SessionService(
                store: sessions ?? .postgres(pool),
                audit: .postgres(pool),
                tokens: try #require(AccessTokens(secret: testSecret)),
                keys: try #require(SessionKeys(secret: testSecret)),
                observer: observer,
                clock: clock
            )
        )
    }
}
