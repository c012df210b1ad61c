import Accounts
import Foundation
import Postgres
import Storage
import Testing

@Suite("Sessions on a real database", .database, .timeLimit(.minutes(5)))
struct SessionTests {
    let stand: SessionStand

    init() async throws { stand = try await SessionStand() }

    private func isGood(_ admission: Admission) async throws -> Bool {
        do {
            return try await stand.sessions.authenticate(admission.token.text).userID == stand.user.id
        } catch AccountError.tokenInvalid {
            return false
        }
    }

    @Test("Each sign-in is a session of its own, and the record says so")
    func open() async throws {
        let second = try await stand.login()
        #expect(second.token.claims.sessionID != stand.first.token.claims.sessionID)
        let caller = try await stand.sessions.authenticate(second.token.text)
        #expect(caller.session == second.token.claims.session)
        #expect(try await stand.sessions.list(of: stand.user.id).count == 2)
        #expect(try await stand.actions("account.registered") == 1)
        #expect(try await stand.actions("login.succeeded") == 1)
    }

    @Test("The list shows where and when each was last used, that one first, and none that is over")
    func list() async throws {
        stand.time.advance(.seconds(60))
        let second = try await stand.login(on: ClientDevice(name: "Laptop", platform: "web"))
        stand.time.advance(.seconds(60))
        let moved = RequestOrigin(address: "198.51.100.7", userAgent: SessionStand.phone.userAgent)
        _ = try await stand.sessions.refresh(stand.first.refreshToken.reveal(), from: moved)
        let list = try await stand.sessions.list(of: stand.user.id)
        #expect(list.map(\.key) == [stand.first.token.claims.session, second.token.claims.session])
        #expect(list.map(\.address) == ["198.51.100.7", "203.0.113.9"])
        #expect(list.map(\.device.name) == [nil, "Laptop"])
        #expect(list[0].lastUsedAt.timeIntervalSince(list[0].createdAt) == 120)
        stand.time.advance(.seconds(7 * 86_400 - 60))
        #expect(try await stand.sessions.list(of: stand.user.id).map(\.key) == [stand.first.token.claims.session])
    }

    @Test("Ending one session, all, and all but one act at once and leave the others alone")
    func ending() async throws {
        let (second, third) = (try await stand.login(), try await stand.login())
        let stranger = try await stand.accounts.register(
            email: "eve@example.com",
            password: SessionStand.password,
            from: SessionStand.phone
        )
        try await stand.sessions.end(
            second.token.claims.session,
            because: .endedByOwner,
            from: SessionStand.phone
        )
        #expect(try await isGood(stand.first))
        #expect(try await isGood(third))
        #expect(try await isGood(second) == false)
        #expect(try await stand.refusal(of: second.refreshToken.reveal()) == .refreshTokenInvalid)
        let kept = third.token.claims.sessionID
        let changed = try await stand.sessions.endAll(
            of: stand.user.id,
            except: kept,
            because: .passwordChanged,
            from: SessionStand.phone
        )
        #expect(changed == 1)
        #expect(try await isGood(stand.first) == false)
        #expect(try await isGood(third))
        let all = try await stand.sessions.endAll(of: stand.user.id, because: .administrator, from: SessionStand.phone)
        #expect(all == 1)
        #expect(try await isGood(third) == false)
        #expect(try await stand.sessions.authenticate(stranger.token.text).userID == stranger.user.id)
        #expect(try await stand.actions("session.ended") == 3)
    }

    @Test("Nobody ends somebody else's session, one that is over or one that never was, and two at once end it once")
    func strangers() async throws {
        let stranger = try await stand.accounts.register(
            email: "eve@example.com",
            password: SessionStand.password,
            from: SessionStand.phone
        )
        let foreign = SessionKey(userID: stranger.user.id, sessionID: stand.first.token.claims.sessionID)
        for key in [foreign, SessionKey(userID: stand.user.id, sessionID: UUID())] {
            await #expect(throws: AccountError.sessionUnknown) {
                try await stand.sessions.end(key, because: .endedByOwner, from: SessionStand.phone)
            }
        }
        #expect(try await isGood(stand.first))
        let key = stand.first.token.claims.session
        let ended = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (try? await stand.sessions.end(key, because: .endedByOwner, from: SessionStand.phone)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(ended == 1)
        #expect(try await stand.actions("session.ended") == 1)
    }

    @Test("A password that was changed between its check and the session opens nothing, nor does a block or an erasure")
    func overtaken() async throws {
        let hash = try await stand.pool.query("SELECT password_hash FROM users").first
        let proof = Secret(try #require(hash).decode("password_hash"))
        func open() async throws -> Admission {
            try await stand.sessions.open(
                for: stand.user,
                on: ClientDevice(),
                from: SessionStand.phone,
                proof: proof,
                recording: nil
            )
        }
        _ = try await open()
        for change in [
            "UPDATE users SET is_blocked = true", "UPDATE users SET is_blocked = false, password_hash = 'another'",
            "DELETE FROM users",
        ] {
            try await stand.pool.execute(PostgresQuery(unescaped: change))
            await #expect(throws: AccountError.invalidCredentials) { try await open() }
        }
    }

    @Test("Twenty devices at most: one more, also many at once, ends the one that was unused the longest")
    func bound() async throws {
        for _ in 1..<SessionService.sessionsPerUser {
            stand.time.advance(.seconds(1))
            _ = try await stand.login()
        }
        stand.time.advance(.seconds(1))
        let token = try await stand.refresh(stand.first.refreshToken.reveal())
        stand.time.advance(.seconds(1))
        _ = try await stand.login()
        #expect(try await stand.sessions.list(of: stand.user.id).count == SessionService.sessionsPerUser)
        #expect(try await isGood(stand.first))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<30 { group.addTask { _ = try await stand.login() } }
            try await group.waitForAll()
        }
        #expect(try await stand.sessions.list(of: stand.user.id).count == SessionService.sessionsPerUser)
        #expect(try await stand.number("SELECT count(*) FROM sessions WHERE end_reason = 'superseded'") == 31)
        #expect(try await stand.actions("session.ended") == 31)
        #expect(try await stand.refusal(of: token) == .refreshTokenInvalid)
    }

    @Test("A device the account does not know is noticed, once, and never the very first one")
    func newDevice() async throws {
        _ = try await stand.login()
        let updated = RequestOrigin(address: "198.51.100.7", userAgent: "TradePulse/9.9 (iPhone; iOS 20)")
        _ = try await stand.login(from: updated)
        #expect(stand.notices.kinds == [])
        let agent = "Mozilla/5.0 (X11; Linux) Firefox/130.0"
        let laptop = RequestOrigin(address: SessionStand.phone.address, userAgent: agent)
        _ = try await stand.login(from: laptop)
        _ = try await stand.login(from: laptop)
        #expect(stand.notices.kinds == [.newDevice])
        _ = try await stand.login(on: ClientDevice(fingerprint: "f-1"))
        _ = try await stand.login(from: laptop, on: ClientDevice(fingerprint: "f-1"))
        _ = try await stand.login(on: ClientDevice(fingerprint: "f-2"))
        #expect(stand.notices.kinds == [.newDevice, .newDevice, .newDevice])
        #expect(try await stand.actions("device.new") == 3)
        #expect(try await stand.number("SELECT count(*) FROM devices WHERE device_hash::text LIKE '%f-1%'") == 0)
    }

    @Test("Two users of one device have nothing in common in the database")
    func deviceHashes() async throws {
        for name in ["eve", "bob"] {
            _ = try await stand.accounts.register(
                email: "\(name)@example.com",
                password: SessionStand.password,
                on: ClientDevice(fingerprint: "f-1"),
                from: SessionStand.phone
            )
        }
        #expect(try await stand.number("SELECT count(DISTINCT device_hash) FROM devices") == 3)
        #expect(try await stand.number("SELECT count(DISTINCT hints_hash) FROM sessions") == 3)
    }

    @Test("What is over is deleted a day later, what is not stays")
    func sweep() async throws {
        let feed = StandingFeed.postgres(stand.pool)
        stand.time.advance(.seconds(4 * 86_400))
        let later = try await stand.login()
        _ = try await stand.refresh(later.refreshToken.reveal())
        stand.time.advance(.seconds(4 * 86_400 + 1))
        try await feed.sweep(stand.time.clock.now())
        #expect(try await stand.number("SELECT count(*) FROM sessions") == 1)
        #expect(try await stand.number("SELECT count(*) FROM refresh_tokens") == 2)
        try await feed.sweep(stand.time.clock.now().addingTimeInterval(3 * 86_400))
        #expect(try await stand.number("SELECT count(*) FROM sessions") == 1)
        #expect(try await stand.number("SELECT count(*) FROM refresh_tokens") == 0)
        try await feed.sweep(stand.time.clock.now().addingTimeInterval(4 * 86_400))
        #expect(try await stand.number("SELECT count(*) FROM sessions") == 0)
    }
}
