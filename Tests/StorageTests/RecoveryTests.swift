import Accounts
import Foundation
import Postgres
import Storage
import TestKit
import Testing

@Suite("Registration, reset and notices on a real database", .database, .timeLimit(.minutes(5)))
struct RecoveryTests {
    static let newPassword = "a brand new battery staple"
    let stand: AccountStand

    init() async throws { stand = try await AccountStand() }

    // MARK: Registration

    private func register(_ email: String, password: String = AccountStand.password) async throws {
        try await stand.registration.request(email: email, password: password, from: stand.origin)
    }

    @Test("Known and unknown addresses leave the same rows behind, and only the letter differs")
    func registrationIsAlike() async throws {
        _ = try await stand.addUser("known@example.com")
        func rows() async throws -> [Int] {
            var counts: [Int] = []
            for table in ["registrations", "mail_outbox", "audit_logs", "users"] {
                counts.append(try await stand.number("SELECT count(*) FROM \(unescaped: table)"))
            }
            return counts
        }
        let start = try await rows()
        try await register("Known@Example.com")
        let afterKnown = try await rows()
        try await register("unknown@example.com")
        let afterUnknown = try await rows()
        #expect(zip(afterKnown, start).map(-) == [1, 1, 1, 0])
        #expect(zip(afterUnknown, afterKnown).map(-) == [1, 1, 1, 0])
        let letters = try await stand.waiting()
        #expect(
            Set(letters.map { "\($0.recipient) \($0.occasion.rawValue)" })
                == ["known@example.com address-known", "unknown@example.com confirm-address"]
        )
        #expect(letters.first { $0.occasion == .addressKnown }?.values["link"] == "https://app.example.com/")
    }

    @Test("The link makes the account with the password of its own registration, once")
    func completion() async throws {
        try await register("jane@example.com", password: "the first battery staple")
        let first = try await stand.token(.confirmAddress, to: "jane@example.com")
        // Somebody else registers the same address before the link is opened.
        stand.clock.advance(milliseconds: 1_000)
        try await register("jane@example.com", password: "an attacker's battery staple")
        #expect(try await stand.number("SELECT count(*) FROM users") == 0)
        let user = try await stand.registration.complete(token: first, from: stand.origin)
        #expect(user.email.text == "jane@example.com")
        #expect(try await stand.isPassword("the first battery staple", of: user.id))
        #expect(try await stand.number("SELECT count(*) FROM users WHERE email_verified_at IS NOT NULL") == 1)
        let second = try await stand.token(.confirmAddress, to: "jane@example.com")
        for token in [first, second] {
            await #expect(throws: LinkInvalid.self) {
                try await stand.registration.complete(token: token, from: stand.origin)
            }
        }
        #expect(try await stand.isPassword("the first battery staple", of: user.id))
    }

    @Test("20 openings of one link at once make one account")
    func completionRace() async throws {
        try await register("jane@example.com")
        let token = try await stand.token(.confirmAddress, to: "jane@example.com")
        let opened = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask { (try? await stand.registration.complete(token: token, from: stand.origin)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(opened == 1)
        #expect(try await stand.number("SELECT count(*) FROM users") == 1)
        #expect(try await stand.number("SELECT count(*) FROM audit_logs WHERE action = 'account.registered'") == 1)
    }

    @Test("A link ends after a day; nonsense is no link", arguments: ["", "x", String(repeating: "A", count: 43)])
    func deadLinks(nonsense: String) async throws {
        try await register("jane@example.com")
        let token = try await stand.token(.confirmAddress, to: "jane@example.com")
        await #expect(throws: LinkInvalid.self) {
            try await stand.registration.complete(token: nonsense, from: stand.origin)
        }
        stand.clock.advance(milliseconds: 86_400_000)
        await #expect(throws: LinkInvalid.self) {
            try await stand.registration.complete(token: token, from: stand.origin)
        }
        try await stand.queue.sweep(stand.clock.date)
        #expect(try await stand.number("SELECT count(*) FROM registrations") == 0)
    }

    @Test("Nobody is flooded: three letters an hour and occasion, whoever asks how often")
    func flood() async throws {
        for _ in 0..<5 { try await register("jane@example.com") }
        #expect(try await stand.letters().count == 3)
        #expect(try await stand.number("SELECT count(*) FROM registrations") == 3)
        stand.clock.advance(milliseconds: 3_600_000)
        try await register("jane@example.com")
        #expect(try await stand.letters().count == 4)
    }

    @Test("A flood of alerts of one kind is three letters an hour to the operator, and holds no other kind back")
    func alerts() async throws {
        let email = try #require(EmailAddress("operator@example.com"))
        var taken: [Bool] = []
        for kind in ["scraping", "scraping", "scraping", "scraping", "tier probing"] {
            let letter = Letter(to: email, .alert, ["title": kind])
            taken.append(try await stand.queue.put(try stand.postbox.seal(letter, at: stand.clock.date)))
        }
        #expect(taken == [true, true, true, false, true])
        stand.clock.advance(milliseconds: 3_600_000)
        let letter = Letter(to: email, .alert, ["title": "scraping"])
        #expect(try await stand.queue.put(try stand.postbox.seal(letter, at: stand.clock.date)))
    }

    // MARK: Reset

    @Test("The link sets the password once, ends every session and leaves the second factor as it was")
    func reset() async throws {
        let jane = try await stand.addUser("jane@example.com")
        _ = try await stand.addSession(jane)
        _ = try await stand.addSession(jane)
        try await stand.pool.execute("UPDATE users SET totp_secret = 'sealed', totp_enabled = true")
        try await stand.reset.request(email: "JANE@example.com", from: stand.origin)
        stand.clock.advance(milliseconds: 1_000)
        try await stand.reset.request(email: "jane@example.com", from: stand.origin)
        let token = try await stand.token(.resetPassword, to: "jane@example.com")
        try await stand.reset.confirm(token: token, newPassword: Self.newPassword, from: stand.origin)
        #expect(try await stand.isPassword(Self.newPassword, of: jane))
        #expect(
            try await stand.number("SELECT count(*) FROM sessions WHERE end_reason = 'password_changed'") == 2
        )
        #expect(try await stand.number("SELECT count(*) FROM users WHERE totp_enabled AND totp_secret = 'sealed'") == 1)
        // The other link, sent before, is dead too.
        #expect(try await stand.number("SELECT count(*) FROM account_tokens WHERE used_at IS NULL") == 0)
        await #expect(throws: LinkInvalid.self) {
            try await stand.reset.confirm(token: token, newPassword: Self.newPassword, from: stand.origin)
        }
        #expect(try await stand.letters().contains(.passwordChanged))
    }

    @Test("20 uses of one link at once set one password")
    func resetRace() async throws {
        let jane = try await stand.addUser("jane@example.com")
        try await stand.reset.request(email: "jane@example.com", from: stand.origin)
        let token = try await stand.token(.resetPassword, to: "jane@example.com")
        let passwords = await withTaskGroup(of: String?.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let password = "battery staple of caller \(number)"
                    let isSet: Void? = try? await stand.reset.confirm(
                        token: token,
                        newPassword: password,
                        from: stand.origin
                    )
                    return isSet.map { password }
                }
            }
            return await group.reduce(into: [String]()) { if let password = $1 { $0.append(password) } }
        }
        #expect(passwords.count == 1)
        #expect(try await stand.isPassword(try #require(passwords.first), of: jane))
    }

    @Test("A refused password does not spend the link; half an hour does")
    func resetRefused() async throws {
        _ = try await stand.addUser("jane@example.com")
        try await stand.reset.request(email: "jane@example.com", from: stand.origin)
        let token = try await stand.token(.resetPassword, to: "jane@example.com")
        for (password, fault) in [
            ("short", AccountInputFault.passwordTooShort(minimum: 10)), ("password123", .passwordCommon),
            ("i am jane, hello", .passwordContainsEmail),
        ] {
            await #expect(throws: AccountError.inputInvalid([fault])) {
                try await stand.reset.confirm(token: token, newPassword: password, from: stand.origin)
            }
        }
        stand.clock.advance(milliseconds: 1_799_999)
        try await stand.reset.confirm(token: token, newPassword: Self.newPassword, from: stand.origin)
        try await stand.reset.request(email: "jane@example.com", from: stand.origin)
        let late = try await stand.token(.resetPassword, to: "jane@example.com")
        stand.clock.advance(milliseconds: 1_800_000)
        await #expect(throws: LinkInvalid.self) {
            try await stand.reset.confirm(token: late, newPassword: Self.newPassword, from: stand.origin)
        }
    }

    @Test(
        "Unknown and impossible addresses write an entry as known ones do, and get no letter",
        arguments: ["nobody@example.com", "no address", "", "a@b\r\nBcc: c@d", "nobody@nowhere.invalid"]
    )
    func resetUnknown(email: String) async throws {
        try await stand.reset.request(email: email, from: stand.origin)
        #expect(try await stand.letters().isEmpty)
        #expect(try await stand.number("SELECT count(*) FROM account_tokens") == 0)
        #expect(
            try await stand.number(
                "SELECT count(*) FROM audit_logs WHERE action = 'password.reset_requested' AND user_id IS NULL"
            ) == 1
        )
    }

    @Test("A full queue refuses known and unknown addresses alike")
    func full() async throws {
        _ = try await stand.addUser("known@example.com")
        let end = stand.clock.date.addingTimeInterval(1_000)
        try await stand.pool.execute(
            """
            INSERT INTO mail_outbox (key, topic, payload, due_at, expires_at, created_at)
            SELECT n::text, 'x', 'x', \(end), \(end), \(end) FROM generate_series(1, \(LetterLimits.waiting)::int) AS n
            """
        )
        for email in ["known@example.com", "unknown@example.com"] {
            await #expect(throws: LettersFull.self) { try await stand.reset.request(email: email, from: stand.origin) }
            await #expect(throws: LettersFull.self) { try await register(email) }
        }
        #expect(try await stand.number("SELECT count(*) FROM registrations") == 0)
    }

    // MARK: Notices

    @Test("The notice's link ends the session it tells of, sends a reset, and works once")
    func notMe() async throws {
        let jane = try await stand.addUser("jane@example.com")
        let (mine, theirs) = (try await stand.addSession(jane), try await stand.addSession(jane))
        try await stand.reset.announceNewDevice("Pixel", of: jane, sessionID: theirs, from: stand.origin)
        let notice = try #require(try await stand.waiting().first)
        #expect(notice.values["device"] == "Pixel" && notice.values["address"] == "203.0.113.9")
        let token = try await stand.token(.newDevice, to: "jane@example.com")
        try await stand.reset.disown(token: token, from: stand.origin)
        let ended = try await stand.pool.query("SELECT id FROM sessions WHERE ended_at IS NOT NULL")
        #expect(try ended.map { try $0.decode("id", as: UUID.self) } == [theirs])
        #expect(ended.count == 1 && mine != theirs)
        await #expect(throws: LinkInvalid.self) { try await stand.reset.disown(token: token, from: stand.origin) }
        let reset = try await stand.token(.resetPassword, to: "jane@example.com")
        try await stand.reset.confirm(token: reset, newPassword: Self.newPassword, from: stand.origin)
        #expect(try await stand.isPassword(Self.newPassword, of: jane))
    }

    @Test("A link of one purpose serves no other")
    func purposes() async throws {
        let jane = try await stand.addUser("jane@example.com")
        let session = try await stand.addSession(jane)
        try await stand.reset.announceNewDevice("Pixel", of: jane, sessionID: session, from: stand.origin)
        let token = try await stand.token(.newDevice, to: "jane@example.com")
        await #expect(throws: LinkInvalid.self) {
            try await stand.reset.confirm(token: token, newPassword: Self.newPassword, from: stand.origin)
        }
        await #expect(throws: LinkInvalid.self) {
            try await stand.registration.complete(token: token, from: stand.origin)
        }
        await #expect(throws: LinkInvalid.self) {
            try await stand.profiles().confirmAddress(token: token, from: stand.origin)
        }
    }

    @Test("A copy of the database holds no link, and no letter in clear")
    func noLinksInDump() async throws {
        let jane = try await stand.addUser("jane@example.com")
        let session = try await stand.addSession(jane)
        try await register("new@example.com")
        try await stand.reset.request(email: "jane@example.com", from: stand.origin)
        try await stand.reset.announceNewDevice("Pixel", of: jane, sessionID: session, from: stand.origin)
        let dump = try await stand.dump()
        for letter in try await stand.waiting() {
            let link = try #require(letter.values["link"])
            #expect(!dump.contains(link) && !dump.contains(link.drop { $0 != "=" }.dropFirst()))
        }
        #expect(!dump.contains("app.example.com") && !dump.contains("Pixel"))
    }
}
