import Accounts
import Foundation
import Postgres
import Storage
import Synchronization
import Testing

/// One account on the test's database, its devices, and what was noticed about them.
struct SessionStand: Sendable {
    static let password = "correct horse battery staple"
    static let phone = RequestOrigin(address: "203.0.113.9", userAgent: "TradePulse/1.2 (iPhone; iOS 18.1)")

    let pool: PostgresPool
    let time = AccountTime()
    let accounts: AccountService
    let notices = Notices()
    let first: Admission

    var sessions: SessionService { accounts.sessions }
    var user: User { first.user }

    init() async throws {
        pool = try PostgresPool.ofTest()
        let notices = notices
        accounts = try .onDatabase(pool, observer: SecurityObserver { notices.add($0) }, clock: time.clock)
        first = try await accounts.register(email: "jane@example.com", password: Self.password, from: Self.phone)
    }

    func login(from origin: RequestOrigin = phone, on device: ClientDevice = ClientDevice()) async throws -> Admission {
        try await accounts.login(email: "jane@example.com", password: Self.password, on: device, from: origin)
    }

    /// Spends the token and gives its child.
    func refresh(_ token: String, from origin: RequestOrigin = phone) async throws -> String {
        try await sessions.refresh(token, from: origin).refreshToken.reveal()
    }

    /// What is said of the token: nil when it is taken.
    func refusal(of token: String, from origin: RequestOrigin = phone) async throws -> AccountError? {
        do {
            _ = try await sessions.refresh(token, from: origin)
            return nil
        } catch let error as AccountError {
            return error
        }
    }

    func number(_ query: PostgresQuery) async throws -> Int {
        try #require(try await pool.query(query).first).decode(at: 0)
    }

    func actions(_ action: String) async throws -> Int {
        try await number("SELECT count(*) FROM audit_logs WHERE action = \(action)")
    }
}

/// The security events that were raised.
final class Notices: Sendable {
    private let events = Mutex<[SecurityEvent]>([])

    var kinds: [SecurityEvent.Kind] { events.withLock { $0.map(\.kind) } }

    func add(_ event: SecurityEvent) { events.withLock { $0.append(event) } }
}
