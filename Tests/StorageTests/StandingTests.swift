import Accounts
import Foundation
import Logging
import Postgres
import Storage
import Synchronization
import Testing

@Suite("What every process hears of", .database, .timeLimit(.minutes(5)))
struct StandingTests {
    let stand: SessionStand
    /// What the other process's listener was told.
    let heard = Heard()
    let other: AccountService
    let watch: StandingWatch

    init() async throws {
        stand = try await SessionStand()
        other = try .onDatabase(stand.pool, clock: stand.time.clock)
        let heard = heard
        other.sessions.onChange { heard.add($0) }
        watch = StandingWatch(
            feed: .postgres(stand.pool),
            sessions: other.sessions,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await watch.look()
    }

    final class Heard: Sendable {
        private let changes = Mutex<[StandingChange]>([])
        var all: [StandingChange] { changes.withLock { $0 } }
        func add(_ more: [StandingChange]) { changes.withLock { $0 += more } }
    }

    private func standing(_ token: String) async -> String {
        do {
            return try await other.authenticate(token).tier.rawValue
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "Whatever takes somebody's standing is heard by another process with its next look, and its requests feel it",
        arguments: [
            ("UPDATE users SET is_blocked = true", StandingChange.Kind.blocked, "accountBlocked"),
            ("DELETE FROM users", .erased, "tokenInvalid"),
            ("UPDATE users SET subscription = 'vip'", .altered, "vip"),
        ]
    )
    func bySQL(statement: String, kind: StandingChange.Kind, expected: String) async throws {
        let token = stand.first.token.text
        #expect(await standing(token) == "free")
        try await stand.pool.execute(PostgresQuery(unescaped: statement))
        // The clock stands still: what was remembered is still good, until the change is heard.
        #expect(await standing(token) == "free")
        try await watch.look()
        #expect(heard.all == [StandingChange(kind, userID: stand.user.id)])
        #expect(await standing(token) == expected)
        try await watch.look()
        #expect(heard.all.count == 1)
    }

    @Test("Without hearing of it, too, a request feels it within a second")
    func withoutLooking() async throws {
        let token = stand.first.token.text
        #expect(await standing(token) == "free")
        try await stand.sessions.end(stand.first.token.claims.session, because: .logout, from: SessionStand.phone)
        stand.time.advance(.milliseconds(999))
        #expect(await standing(token) == "free")
        stand.time.advance(.milliseconds(1))
        #expect(await standing(token) == "tokenInvalid")
    }

    @Test("The end of a session is heard with its id, from whichever side it came")
    func sessionEnds() async throws {
        let line = [stand.first.refreshToken.reveal()]
        let second = try await stand.login()
        let third = try await stand.login()
        try await stand.sessions.end(ofToken: second.refreshToken.reveal(), from: SessionStand.phone)
        let child = try await stand.refresh(line[0])
        _ = try await stand.refresh(child)
        #expect(try await stand.refusal(of: line[0]) == .refreshTokenReused)
        try await stand.sessions.endAll(of: stand.user.id, because: .passwordReset, from: SessionStand.phone)
        try await watch.look()
        #expect(heard.all.map(\.kind) == [.sessionEnded, .sessionEnded, .sessionEnded])
        #expect(
            heard.all.map(\.sessionID) == [second, stand.first, third].map { $0.token.claims.sessionID }
        )
    }

    @Test("A change that is committed after a later one is heard, and nothing twice while a transaction takes long")
    func lateCommit() async throws {
        let eve = try await stand.accounts.register(
            email: "eve@example.com",
            password: SessionStand.password,
            from: SessionStand.phone
        )
        try await stand.pool.withConnection { slow in
            try await slow.execute("BEGIN")
            try await slow.execute("UPDATE users SET is_blocked = true WHERE id = \(stand.user.id)")
            try await stand.pool.execute("UPDATE users SET is_blocked = true WHERE id = \(eve.user.id)")
            try await watch.look()
            try await watch.look()
            #expect(heard.all.map(\.userID) == [eve.user.id])
            try await slow.execute("COMMIT")
        }
        try await watch.look()
        try await watch.look()
        #expect(heard.all.map(\.userID) == [eve.user.id, stand.user.id])
    }

    @Test("Nothing is told of changes that take nobody's standing")
    func silence() async throws {
        try await stand.pool.execute("UPDATE users SET display_name = 'Jane', is_blocked = false")
        _ = try await stand.refresh(stand.first.refreshToken.reveal())
        _ = try await stand.login()
        try await watch.look()
        #expect(heard.all == [])
    }
}
