import Accounts
import Foundation
import Logging
import Postgres
import Storage
import Testing

@Suite("Signing keys on a real database", .database, .timeLimit(.minutes(2)))
struct SigningKeyTests {
    /// One of several processes on the test's database.
    private struct Process {
        let ring = KeyRing()
        let keys: SigningKeys
        let tokens: AccessTokens

        init(_ pool: PostgresPool, _ time: AccountTime, secret: String = "a") throws {
            let secret = Secret(String(repeating: secret, count: 32))
            keys = SigningKeys(
                store: .postgres(pool),
                box: try #require(SecretBox(secrets: [secret])),
                ring: ring,
                lifetime: 30 * 86_400,
                now: time.clock.now,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            tokens = AccessTokens(ring: ring)
        }

        var ids: [String] { ring.all.map(\.key.id) }
    }

    private let pool: PostgresPool
    private let time = AccountTime()
    private let one: Process
    private let other: Process
    private let session = SessionKey(userID: UUID(), sessionID: UUID())

    init() async throws {
        pool = try PostgresPool.ofTest()
        one = try Process(pool, time)
        other = try Process(pool, time)
    }

    private var now: Date { time.clock.now() }

    @Test("Of processes that start at once one makes the first key, and all sign with it at once")
    func first() async throws {
        let processes = try (0..<6).map { _ in try Process(pool, time) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for process in processes { group.addTask { try await process.keys.look() } }
            try await group.waitForAll()
        }
        #expect(Set(processes.map(\.ids)).count == 1 && processes[0].ids.count == 1)
        let token = try processes[0].tokens.issue(for: session, at: now).text
        for process in processes { #expect(try process.tokens.verify(token, at: now).session == session) }
    }

    @Test("A rotation signs nobody out: every process knows the new key before it signs, the old one checks on")
    func rotation() async throws {
        try await one.keys.look()
        try await other.keys.look()
        let old = try one.tokens.issue(for: session, at: now).text
        let id = try #require(try await one.keys.rotate())
        // The other process has not looked yet: whatever is signed now it can check.
        #expect(try other.tokens.verify(try one.tokens.issue(for: session, at: now).text, at: now).session == session)
        try await other.keys.look()
        #expect(other.ids.last == id && other.ring.published.map(\.id).first == id)
        time.advance(.seconds(SigningKeys.leadSeconds))
        let new = try other.tokens.issue(for: session, at: now).text
        #expect(new.prefix(60) != old.prefix(60))
        for process in [one, other] {
            #expect(try process.tokens.verify(new, at: now).session == session)
            #expect(try process.tokens.verify(old, at: now).session == session)
        }
        time.advance(.seconds(961))
        try await one.keys.look()
        #expect(one.ids == [id])
    }

    @Test("A key is replaced when it is thirty days old, by one process")
    func age() async throws {
        try await one.keys.look()
        try await other.keys.look()
        let first = one.ids
        time.advance(.seconds(30 * 86_400 - 1))
        try await one.keys.look()
        #expect(one.ids == first)
        time.advance(.seconds(1))
        async let left: Void = one.keys.look()
        async let right: Void = other.keys.look()
        _ = try await (left, right)
        try await one.keys.look()
        try await other.keys.look()
        #expect(one.ids.count == 2 && one.ids == other.ids && one.ids.first == first.first)
    }

    @Test("After a leak the old keys check nothing any more, and signing goes on")
    func revoking() async throws {
        try await one.keys.look()
        try await other.keys.look()
        let leaked = try one.tokens.issue(for: session, at: now).text
        try await one.keys.rotate(revoking: true)
        try await other.keys.look()
        for process in [one, other] {
            #expect(throws: AccountError.tokenInvalid) { try process.tokens.verify(leaked, at: now) }
        }
        let fresh = try other.tokens.issue(for: session, at: now).text
        #expect(try one.tokens.verify(fresh, at: now).session == session)
    }

    @Test("A new ENCRYPTION_KEY makes a new key; tokens of the one it cannot open go on")
    func otherSecret() async throws {
        try await one.keys.look()
        let old = try one.tokens.issue(for: session, at: now).text
        time.advance(.seconds(61))
        let moved = try Process(pool, time, secret: "b")
        try await moved.keys.look()
        let new = try moved.tokens.issue(for: session, at: now).text
        #expect(try moved.tokens.verify(old, at: now).session == session)
        try await one.keys.look()
        #expect(try one.tokens.verify(new, at: now).session == session)
    }

    @Test("The database holds no private key that it could use")
    func sealed() async throws {
        try await one.keys.look()
        let row = try #require(try await pool.query("SELECT sealed_private_key, id FROM signing_keys").first)
        let sealed = try row.decode("sealed_private_key", as: String.self)
        let id = try row.decode("id", as: String.self)
        let box = try #require(SecretBox(secrets: [Secret(String(repeating: "a", count: 32))]))
        let other = try #require(SecretBox(secrets: [Secret(String(repeating: "b", count: 32))]))
        #expect(box.open(sealed, for: .signingKey, of: id)?.count == 32)
        #expect(box.open(sealed, for: .signingKey, of: "another") == nil)
        #expect(other.open(sealed, for: .signingKey, of: id) == nil)
    }
}
