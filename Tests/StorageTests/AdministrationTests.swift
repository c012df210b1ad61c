import Accounts
import Addressing
import Foundation
import Guard
import Postgres
import Storage
import TestKit
import Testing

@Suite("What an operator does", .database, .timeLimit(.minutes(5)))
struct AdministrationTests {
    private let pool: PostgresPool
    private let clock = ManualClock()
    private let administration: Administration

    init() throws {
        pool = try PostgresPool.ofTest()
        administration = Administration(pool: pool, actor: "joe as root") { [clock] in clock.date }
    }

    private func jane() async throws -> EmailAddress {
        try await pool.execute("INSERT INTO users (email, password_hash) VALUES ('jane@example.com', 'none')")
        return try #require(EmailAddress("jane@example.com"))
    }

    /// Every entry as `action metadata`.
    private func record() async throws -> [String] {
        try await pool.query(
            "SELECT action || ' ' || metadata::text AS line FROM audit_logs ORDER BY sequence"
        ).map { try $0.decode("line") }
    }

    private func text(_ query: PostgresQuery) async throws -> String? {
        try await pool.query(query).first?.decode(at: 0, as: String?.self)
    }

    @Test("A tier is given until an instant or for good, with who gave it")
    func grant() async throws {
        let jane = try await jane()
        try await administration.grant(.vip, until: Date(timeIntervalSince1970: 1_800_000_000), to: jane)
        #expect(
            try await text("SELECT subscription || ' ' || subscription_expires_at FROM users")
                == "vip 2027-01-15 08:00:00+00"
        )
        try await administration.grant(.pro, until: nil, to: jane)
        #expect(
            try await text("SELECT subscription || coalesce(subscription_expires_at::text, '') FROM users") == "pro"
        )
        #expect(
            try await record() == [
                #"admin.granted {"tier": "vip", "actor": "joe as root", "until": "2027-01-15T08:00:00Z"}"#,
                #"admin.granted {"tier": "pro", "actor": "joe as root", "until": "forever"}"#,
            ]
        )
    }

    @Test("An account is blocked and let in again")
    func block() async throws {
        let jane = try await jane()
        try await administration.setBlocked(true, jane)
        #expect(try await text("SELECT is_blocked::text FROM users") == "true")
        try await administration.setBlocked(false, jane)
        #expect(try await text("SELECT is_blocked::text FROM users") == "false")
        #expect(try await record().map { $0.prefix(15) } == ["admin.blocked {", "admin.unblocked"])
    }

    @Test("Nobody's account is an error, and leaves no entry")
    func unknown() async throws {
        let nobody = try #require(EmailAddress("nobody@example.com"))
        await #expect(throws: Administration.UserUnknown(email: "nobody@example.com")) {
            try await administration.grant(.vip, until: nil, to: nobody)
        }
        #expect(try await record() == [])
    }

    @Test("A network is banned, listed and let in again")
    func bans() async throws {
        let network = try #require(NetworkBlock("203.0.113.77/24"))
        try await administration.ban(network, until: nil, reason: "scans")
        try await administration.ban(
            try #require(NetworkBlock("2001:db8::/64")),
            until: clock.date.addingTimeInterval(60),
            reason: "more scans"
        )
        #expect(
            try await administration.activeBans().map { "\($0.network) \($0.reason)" } == [
                "203.0.113.0/24 scans", "2001:db8::/64 more scans",
            ]
        )
        clock.advance(milliseconds: 60_000)
        #expect(try await administration.activeBans().map { "\($0.network)" } == ["203.0.113.0/24"])
        #expect(try await administration.unban(network))
        #expect(try await !administration.unban(network))
        #expect(try await administration.activeBans() == [])
    }

    @Test("A ban that is lifted does not come back with the next failure")
    func lifted() async throws {
        let bans = BanBook(store: .postgres(pool), now: { [clock] in clock.date })
        let door = LoginGuard(
            failures: .postgres(pool),
            bans: bans,
            desk: SecurityDesk(detector: AnomalyDetector(), now: { [clock] in clock.milliseconds }),
            now: { [clock] in clock.date }
        )
        let attempt = SignInAttempt(address: try #require(NetworkAddress("203.0.113.9")), account: nil)
        for _ in 0..<5 { try await door.failed(attempt) }
        await #expect(throws: SignInRefusal.self) { try await door.admit(attempt) }
        #expect(try await administration.unban(NetworkBlock(subscriberOf: attempt.address)))
        try await bans.refresh()
        try await door.admit(attempt)
        try await door.failed(attempt)
        try await door.admit(attempt)
    }

    @Test("Sessions are listed and ended, one or all")
    func sessions() async throws {
        let jane = try await jane()
        for index in 1...3 {
            try await pool.execute(
                """
                INSERT INTO sessions (user_id, device_name, device_hash, hints_hash, ip_address, created_at, last_used_at, expires_at)
                SELECT id, 'phone ' || \(index)::integer, sha256('x'), sha256('y'), '203.0.113.9', \(clock.date)::timestamptz,
                    \(clock.date.addingTimeInterval(Double(index)))::timestamptz, \(clock.date.addingTimeInterval(600))::timestamptz
                FROM users
                """
            )
        }
        let listed = try await administration.sessions(of: jane)
        #expect(listed.map(\.deviceName) == ["phone 3", "phone 2", "phone 1"])
        #expect(listed.map(\.address) == Array(repeating: "203.0.113.9", count: 3))
        #expect(try await administration.endSessions(of: jane, session: listed[1].id) == 1)
        #expect(try await administration.sessions(of: jane).map(\.deviceName) == ["phone 3", "phone 1"])
        #expect(try await administration.endSessions(of: jane) == 2)
        #expect(try await administration.endSessions(of: jane) == 0)
        #expect(try await text("SELECT string_agg(DISTINCT end_reason, ',') FROM sessions") == "administrator")
    }

    @Test("Alerts are listed, the newest first, and go after 90 days")
    func alerts() async throws {
        let store = AlertStore.postgres(pool)
        let old = SecurityAlert(kind: .scraping, subject: "203.0.113.9", summary: "One.", suppressed: 3)
        let new = SecurityAlert(kind: .refreshReuse, subject: "x", summary: "Two.")
        try await store.insert(old, clock.date)
        let later = clock.date.addingTimeInterval(89 * 86_400)
        try await store.insert(new, later)
        let kept = try await administration.alerts(limit: 10)
        #expect(kept.map(\.alert) == [new, old])
        #expect(try await administration.alerts(limit: 1).map(\.alert) == [new])
        try await store.insert(new, later.addingTimeInterval(2 * 86_400))
        #expect(try await administration.alerts(limit: 10).map(\.alert) == [new, new])
    }

    @Test("A key that an operator has made is in the record, with who asked and whether the old ones end")
    func keyRotation() async throws {
        try await administration.recordKeyRotation(revoking: true)
        #expect(try await record() == [#"admin.rotated_keys {"actor": "joe as root", "revoking": "true"}"#])
    }
}
