import Accounts
import Foundation
import Postgres
import Storage
import Synchronization
import Testing

@Suite("Accounts on a real database", .database, .timeLimit(.minutes(5)))
struct AccountTests {
    static let password = "correct horse battery staple"
    let origin = RequestOrigin(address: "203.0.113.9", userAgent: "TradePulse/1.0\r\nforged: line \u{202E}x")
    let pool: PostgresPool
    let time = AccountTime()
    let service: AccountService

    init() async throws {
        pool = try PostgresPool.ofTest()
        service = try .onDatabase(pool, clock: time.clock)
    }

    private func register(_ email: String, password: String = password) async throws -> Admission {
        try await service.register(email: email, password: password, from: origin)
    }

    private func login(_ email: String, password: String = password) async throws -> Admission {
        try await service.login(email: email, password: password, from: origin)
    }

    private func number(_ query: PostgresQuery) async throws -> Int {
        let row = try #require(try await pool.query(query).first)
        return try row.decode(at: 0)
    }

    @Test("Who registers is in, and comes in again by any spelling of the address")
    func registerAndLogin() async throws {
        let first = try await register("Jane.Doe@Example.com")
        #expect(first.user.email.text == "jane.doe@example.com" && first.tier == .free && first.expiresIn == 900)
        let caller = try await service.authenticate(first.token.text)
        #expect(caller.userID == first.user.id && caller.tier == .free)
        let again = try await login("JANE.DOE@EXAMPLE.COM")
        #expect(again.user == first.user && again.token.claims.tokenID != first.token.claims.tokenID)
    }

    @Test("50 registrations of one address in several spellings at once make one account")
    func race() async throws {
        let spellings = [
            "jos\u{E9}@example.com", "Jose\u{301}@Example.com", "JOS\u{C9}@EXAMPLE.COM", "JOS\u{C9}@example.Com",
        ]
        let outcomes = await withTaskGroup(of: String.self) { group in
            for number in 0..<50 {
                group.addTask {
                    do {
                        _ = try await register(
                            spellings[number % spellings.count],
                            password: "password of caller \(number) q"
                        )
                        return "in"
                    } catch AccountError.emailTaken {
                        return "taken"
                    } catch {
                        return "\(error)"
                    }
                }
            }
            return await group.reduce(into: [:]) { counts, outcome in counts[outcome, default: 0] += 1 }
        }
        #expect(outcomes == ["in": 1, "taken": 49])
        #expect(try await number("SELECT count(*) FROM users") == 1)
        #expect(try await number("SELECT count(*) FROM audit_logs WHERE action = 'account.registered'") == 1)
    }

    @Test(
        "Every fault of a registration is named at once and nothing is written",
        arguments: [
            ("nobody", "short", [AccountInputFault.emailMalformed, .passwordTooShort(minimum: 10)]),
            ("a@b.co", "1234567890", [.passwordCommon]), (" a@b.co", password, [.emailMalformed]),
            ("trader@b.co", "i am the trader of b", [.passwordContainsEmail]),
            ("a@b.co", String(repeating: "x", count: 3000), [.passwordTooLong(maximum: 128)]),
            ("a\u{0}@b.co", password, [.emailMalformed]),
        ]
    )
    func faults(email: String, password: String, expected: [AccountInputFault]) async throws {
        await #expect(throws: AccountError.inputInvalid(expected)) { try await register(email, password: password) }
        #expect(try await number("SELECT count(*) FROM users") == 0)
    }

    @Test("A wrong password and an unknown, impossible or over-long one are one answer, each on record")
    func wrong() async throws {
        let jane = try await register("jane@example.com")
        for (email, password) in [
            ("jane@example.com", "correct horse battery stapl3"), ("nobody@example.com", Self.password),
            ("no address", Self.password), ("jane@example.com", ""), ("jane@example.com", "nul \u{0} inside it"),
        ] {
            await #expect(throws: AccountError.invalidCredentials) { try await login(email, password: password) }
        }
        await #expect(throws: AccountError.invalidCredentials) {
            try await login("jane@example.com", password: String(repeating: "x", count: 2_000_000))
        }
        let failures = "SELECT count(*) FROM audit_logs WHERE action = 'login.failed' AND user_id"
        #expect(try await number(PostgresQuery(unescaped: failures + " = '\(jane.user.id)'")) == 4)
        #expect(try await number(PostgresQuery(unescaped: failures + " IS NULL")) == 2)
    }

    @Test("The record holds the address and a harmless agent, and no secret")
    func auditRow() async throws {
        let jane = try await register("jane@example.com")
        _ = try await login("jane@example.com")
        let rows = try await pool.query(
            "SELECT action, host(ip_address) AS ip, user_agent, user_id, audit_logs::text AS line FROM audit_logs ORDER BY created_at"
        )
        #expect(try rows.map { try $0.decode("action", as: String.self) } == ["account.registered", "login.succeeded"])
        for row in rows {
            #expect(try row.decode("ip", as: String.self) == "203.0.113.9")
            #expect(try row.decode("user_id", as: UUID.self) == jane.user.id)
            #expect(
                try row.decode("user_agent", as: String.self) == "TradePulse/1.0\u{FFFD}\u{FFFD}forged: line \u{FFFD}x"
            )
            let line = try row.decode("line", as: String.self)
            #expect(!line.contains("horse") && !line.contains(jane.token.text) && !line.contains("argon2"))
        }
    }

    @Test("A block, a new tier and an erased account are felt by a token in hand within a second")
    func standing() async throws {
        let jane = try await register("jane@example.com")
        let token = jane.token.text
        #expect(try await service.authenticate(token).tier == .free)
        try await pool.execute("UPDATE users SET subscription = 'vip'")
        #expect(try await service.authenticate(token).tier == .free)
        time.advance(.milliseconds(999))
        #expect(try service.authenticateWithoutWaiting(token)?.tier == .free)
        time.advance(.milliseconds(1))
        #expect(try service.authenticateWithoutWaiting(token) == nil)
        #expect(try await service.authenticate(token).tier == .vip)

        let end = time.clock.now().addingTimeInterval(10)
        try await pool.execute("UPDATE users SET subscription_expires_at = \(end)")
        service.sessions.apply([StandingChange(.altered, userID: jane.user.id)])
        #expect(try await service.authenticate(token).tier == .vip)
        time.advance(.seconds(10))
        #expect(try await service.authenticate(token).tier == .free)

        try await pool.execute("UPDATE users SET is_blocked = true")
        time.advance(.seconds(1))
        await #expect(throws: AccountError.accountBlocked) { try await service.authenticate(token) }
        #expect(throws: AccountError.accountBlocked) { try service.authenticateWithoutWaiting(token) }
        await #expect(throws: AccountError.accountBlocked) { try await login("jane@example.com") }
        await #expect(throws: AccountError.invalidCredentials) {
            try await login("jane@example.com", password: "correct horse battery stapl3")
        }

        try await pool.execute("DELETE FROM users")
        time.advance(.seconds(1))
        await #expect(throws: AccountError.tokenInvalid) { try await service.authenticate(token) }
    }

    @Test("A token ends after 15 minutes, and a token of nobody is none")
    func tokens() async throws {
        let jane = try await register("jane@example.com")
        time.advance(.seconds(899))
        #expect(try await service.authenticate(jane.token.text).userID == jane.user.id)
        time.advance(.seconds(1))
        await #expect(throws: AccountError.tokenExpired) { try await service.authenticate(jane.token.text) }
        let tokens = try #require(AccessTokens(secret: AccountService.testSecret))
        for session in [
            SessionKey(userID: UUID(), sessionID: UUID()), SessionKey(userID: jane.user.id, sessionID: UUID()),
            SessionKey(userID: UUID(), sessionID: jane.token.claims.sessionID),
        ] {
            let stranger = try tokens.issue(for: session, at: time.clock.now())
            await #expect(throws: AccountError.tokenInvalid) { try await service.authenticate(stranger.text) }
        }
    }

    @Test("With the store gone nobody comes in, whatever is remembered no longer counts, and the failure is said")
    func storeDown() async throws {
        let jane = try await register("jane@example.com")
        #expect(try await service.authenticate(jane.token.text).tier == .free)
        await pool.close()
        #expect(try await service.authenticate(jane.token.text).tier == .free)
        time.advance(.seconds(1))
        await #expect(throws: PostgresError.self) { try await service.authenticate(jane.token.text) }
    }

    @Test("A hash of an older cost is renewed at the next login, once")
    func rehash() async throws {
        _ = try await register("jane@example.com")
        let costlier = try #require(Argon2Parameters(memoryKiB: 20_480, passes: 2, lanes: 1))
        let newer = try AccountService.onDatabase(
            pool,
            hasher: PasswordHasher(parameters: costlier, workers: 1, queueLimit: 4),
            clock: time.clock
        )
        let hash: PostgresQuery = "SELECT password_hash FROM users"
        _ = try await newer.login(email: "jane@example.com", password: Self.password, from: origin)
        let renewed = try await pool.query(hash).first?.decode("password_hash", as: String.self)
        #expect(renewed?.hasPrefix("$argon2id$v=19$m=20480,t=2,p=1$") == true)
        _ = try await newer.login(email: "jane@example.com", password: Self.password, from: origin)
        #expect(try await pool.query(hash).first?.decode("password_hash", as: String.self) == renewed)
    }

    @Test("Sign-ins at once that all find an older hash all come in")
    func rehashAtOnce() async throws {
        _ = try await register("jane@example.com")
        let costlier = try #require(Argon2Parameters(memoryKiB: 20_480, passes: 2, lanes: 1))
        let newer = try AccountService.onDatabase(
            pool,
            hasher: PasswordHasher(parameters: costlier, workers: 2, queueLimit: 100),
            clock: time.clock
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    _ = try await newer.login(email: "jane@example.com", password: Self.password, from: origin)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await number("SELECT count(*) FROM sessions") == 7)
    }

    @Test("A renewed hash does not undo a password that was changed meanwhile")
    func rehashRace() async throws {
        let jane = try await register("jane@example.com")
        try await pool.execute("UPDATE users SET password_hash = 'changed'")
        try await UserStore.postgres(pool).replacePasswordHash(jane.user.id, Secret("old"), Secret("renewed"))
        let hash = try await pool.query("SELECT password_hash FROM users").first
        #expect(try hash?.decode("password_hash", as: String.self) == "changed")
    }

    @Test("A storm of requests by one user asks the store once")
    func coalescing() async throws {
        let jane = try await register("jane@example.com")
        let token = jane.token.text
        let questions = Mutex(0)
        let store = SessionStore.postgres(pool)
        var counted = store
        counted.standing = { key in
            questions.withLock { $0 += 1 }
            return try await store.standing(key)
        }
        let service = try AccountService.onDatabase(pool, sessions: counted, clock: time.clock)
        try await withThrowingTaskGroup(of: Caller.self) { group in
            for _ in 0..<500 { group.addTask { try await service.authenticate(token) } }
            for try await caller in group { #expect(caller.userID == jane.user.id) }
        }
        #expect(questions.withLock { $0 } == 1)
    }
}
