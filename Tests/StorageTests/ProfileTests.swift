import Accounts
import Foundation
import Postgres
import Storage
import TestKit
import Testing

@Suite("Changing, exporting and erasing an account on a real database", .database, .timeLimit(.minutes(5)))
struct ProfileTests {
    static let newPassword = "a brand new battery staple"
    let stand: AccountStand
    let jane: UUID
    let session: UUID

    init() async throws {
        stand = try await AccountStand()
        jane = try await stand.addUser("jane@example.com")
        session = try await stand.addSession(jane)
    }

    private func change(_ profiles: Profiles? = nil, _ edit: (inout ProfileChange) -> Void) async throws -> Bool {
        var change = ProfileChange()
        edit(&change)
        return try await (profiles ?? stand.profiles()).change(jane, sessionID: session, change, from: stand.origin)
    }

    private func email() async throws -> String {
        try #require(try await stand.pool.query("SELECT email FROM users WHERE id = \(jane)").first).decode("email")
    }

    @Test("Name and risk need no password, and can be taken away")
    func details() async throws {
        _ = try await change {
            $0.displayName = "Jane"
            $0.riskPercent = Decimal(string: "1.25")
        }
        let named = try #require(try await UserStore.postgres(stand.pool).find(jane))
        #expect(named.displayName == "Jane" && named.riskPercent == Decimal(string: "1.25"))
        _ = try await change { $0.displayName = .some(nil) }
        let unnamed = try #require(try await UserStore.postgres(stand.pool).find(jane))
        #expect(unnamed.displayName == nil && unnamed.riskPercent == Decimal(string: "1.25"))
    }

    @Test("Of four changes at once on the strength of one password one is made")
    func passwordsAtOnce() async throws {
        let outcomes = try await withThrowingTaskGroup(of: OwnerCheckError?.self) { group in
            for number in 0..<4 {
                group.addTask {
                    do {
                        _ = try await change {
                            $0.newPassword = "\(Self.newPassword) \(number)"
                            $0.currentPassword = AccountStand.password
                        }
                        return nil
                    } catch let error as OwnerCheckError {
                        return error
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == nil } == 1)
        #expect(outcomes.count { $0 == .passwordWrong } == 3)
        #expect(try await stand.number("SELECT count(*) FROM audit_logs WHERE action = 'password.changed'") == 1)
    }

    @Test("A new password needs the old one, ends every other session and is told by mail")
    func password() async throws {
        let other = try await stand.addSession(jane)
        await #expect(throws: OwnerCheckError.required) { try await change { $0.newPassword = Self.newPassword } }
        await #expect(throws: OwnerCheckError.passwordWrong) {
            try await change {
                $0.newPassword = Self.newPassword
                $0.currentPassword = "not the battery staple"
            }
        }
        await #expect(throws: AccountError.inputInvalid([.passwordCommon])) {
            try await change {
                $0.newPassword = "password123"
                $0.currentPassword = AccountStand.password
            }
        }
        #expect(try await stand.isPassword(AccountStand.password, of: jane))
        _ = try await change {
            $0.newPassword = Self.newPassword
            $0.currentPassword = AccountStand.password
        }
        #expect(try await stand.isPassword(Self.newPassword, of: jane))
        let ended = try await stand.pool.query("SELECT id FROM sessions WHERE ended_at IS NOT NULL")
        #expect(try ended.map { try $0.decode("id", as: UUID.self) } == [other])
        #expect(try await stand.letters() == [.passwordChanged])
    }

    @Test("A thief of a token guesses the password five times, then nobody is listened to for a while")
    func guessing() async throws {
        for _ in 0..<5 {
            await #expect(throws: OwnerCheckError.passwordWrong) {
                try await stand.owner.password("not the battery staple", of: jane, from: stand.origin)
            }
        }
        await #expect(throws: OwnerCheckError.tooManyTries(retryAfterSeconds: 30)) {
            try await stand.owner.password(AccountStand.password, of: jane, from: stand.origin)
        }
        stand.clock.advance(milliseconds: 30_000)
        // The try that fell into the pause counted, and a right one wipes the slate.
        try await stand.owner.password(AccountStand.password, of: jane, from: stand.origin)
        #expect(try await stand.number("SELECT count(*) FROM account_guesses") == 0)
    }

    @Test("A new address counts at once where none is confirmed; the old one is told, and its links are dead")
    func address() async throws {
        try await stand.reset.request(email: "jane@example.com", from: stand.origin)
        let reset = try await stand.token(.resetPassword, to: "jane@example.com")
        let waits = try await change {
            $0.email = "Jane@New.example.com"
            $0.currentPassword = AccountStand.password
        }
        #expect(!waits)
        #expect(try await email() == "jane@new.example.com")
        let notice = try #require(try await stand.waiting().first { $0.occasion == .addressChanged })
        #expect(notice.recipient == "jane@example.com" && notice.values["newAddress"] == "j…@new.example.com")
        await #expect(throws: LinkInvalid.self) {
            try await stand.reset.confirm(token: reset, newPassword: Self.newPassword, from: stand.origin)
        }
        _ = try await stand.addUser("john@example.com")
        await #expect(throws: AccountError.emailTaken) {
            try await change {
                $0.email = "john@example.com"
                $0.displayName = "never kept"
                $0.currentPassword = AccountStand.password
            }
        }
        #expect(try await UserStore.postgres(stand.pool).find(jane)?.displayName == nil)
    }

    @Test("Where addresses are confirmed the account moves when the link is opened, once")
    func confirmedAddress() async throws {
        let profiles = stand.profiles(confirmsAddresses: true)
        let waits = try await change(profiles) {
            $0.email = "jane@new.example.com"
            $0.currentPassword = AccountStand.password
        }
        #expect(waits)
        #expect(try await email() == "jane@example.com")
        let token = try await stand.token(.confirmNewAddress, to: "jane@new.example.com")
        try await profiles.confirmAddress(token: token, from: stand.origin)
        #expect(try await email() == "jane@new.example.com")
        #expect(try await stand.number("SELECT count(*) FROM users WHERE email_verified_at IS NOT NULL") == 1)
        #expect(
            try await stand.waiting().contains { $0.occasion == .addressChanged && $0.recipient == "jane@example.com" }
        )
        await #expect(throws: LinkInvalid.self) { try await profiles.confirmAddress(token: token, from: stand.origin) }
    }

    @Test("Where addresses are confirmed a taken one looks like a free one, and the move fails if it is taken later")
    func takenAddress() async throws {
        let profiles = stand.profiles(confirmsAddresses: true)
        _ = try await stand.addUser("john@example.com")
        for address in ["john@example.com", "jane@new.example.com"] {
            #expect(
                try await change(profiles) {
                    $0.email = address
                    $0.currentPassword = AccountStand.password
                }
            )
        }
        #expect(
            try await stand.waiting().contains { $0.occasion == .addressKnown && $0.recipient == "john@example.com" }
        )
        let token = try await stand.token(.confirmNewAddress, to: "jane@new.example.com")
        _ = try await stand.addUser("jane@new.example.com")
        await #expect(throws: LinkInvalid.self) { try await profiles.confirmAddress(token: token, from: stand.origin) }
        #expect(try await email() == "jane@example.com")
    }

    // MARK: Export

    /// Something of jane's in every table that refers to accounts.
    private func fill() async throws {
        try await stand.reset.request(email: "jane@example.com", from: stand.origin)
        try await stand.reset.announceNewDevice("Pixel", of: jane, sessionID: session, from: stand.origin)
        let enrolment = try await stand.secondFactor.setUp(jane, from: stand.origin)
        let password = OneTimePassword(secret: try #require(Base32.decode(enrolment.secret.reveal())))
        _ = try await stand.secondFactor.confirm(jane, code: stand.code(password), from: stand.origin)
        for statement in [
            "INSERT INTO portfolios (user_id, symbol, quantity, avg_buy_price) VALUES ('\(jane)', 'BTCUSDT', 1.50, 30000)",
            "INSERT INTO notifications (user_id, type, title, message) VALUES ('\(jane)', 'pump', 'A pump', 'It went up')",
            "INSERT INTO alerts (user_id, symbol, kind, value) VALUES ('\(jane)', 'ETHUSDT', 'price_above', 4000.10)",
        ] { try await stand.pool.execute(PostgresQuery(unescaped: statement)) }
    }

    @Test("The export holds a row of every table that was written to, exact numbers as text, and no secret")
    func export() async throws {
        try await fill()
        let text = try await stand.profiles().export(jane, sessionID: session, from: stand.origin)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [[String: Any]]])
        for table in ["users", "sessions", "portfolios", "notifications", "alerts", "auditLogs", "recoveryCodes"] {
            #expect(object[table]?.isEmpty == false, "\(table)")
        }
        #expect(object["users"]?.first?["email"] as? String == "jane@example.com")
        #expect(object["portfolios"]?.first?["quantity"] as? String == "1.5")
        #expect(object["alerts"]?.first?["value"] as? String == "4000.1")
        #expect(object["auditLogs"]?.contains { $0["action"] as? String == "account.exported" } == true)
        let secrets = try await stand.pool.query(
            """
            SELECT password_hash AS secret FROM users UNION ALL SELECT totp_secret FROM users
            UNION ALL SELECT token_hash FROM account_tokens UNION ALL SELECT code_hash FROM recovery_codes
            UNION ALL SELECT payload FROM mail_outbox
            """
        )
        // Two of the account, two links, ten recovery codes, two letters.
        #expect(secrets.count == 16)
        for row in secrets {
            let secret: String = try row.decode("secret")
            #expect(!text.contains(secret))
        }
    }

    @Test(
        "No column of the schema that sounds like a secret is shown, and every table that refers to accounts is there"
    )
    func exportedColumns() async throws {
        let text = try await stand.profiles().export(jane, sessionID: session, from: stand.origin)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let tables = try await stand.pool.query(
            "SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint WHERE confrelid = 'users'::regclass"
        )
        #expect(object.count == tables.count + 1)
        let columns = try await stand.pool.query(
            """
            SELECT DISTINCT column_name::text AS name FROM information_schema.columns
            WHERE table_schema = 'public' AND column_name ~ '(hash|secret|token|nonce|salt|password|payload)'
            """
        )
        #expect(columns.count > 5)
        let filled = try await filledExport()
        for row in columns {
            let words = try row.decode("name", as: String.self).split(separator: "_")
            let name = words.dropFirst().reduce(String(words[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
            #expect(!filled.contains("\"\(name)\""), "\(name)")
        }
    }

    private func filledExport() async throws -> String {
        try await fill()
        return try await stand.profiles().export(jane, sessionID: session, from: stand.origin)
    }

    @Test("Nobody else's rows are in the export")
    func foreignRows() async throws {
        let john = try await stand.addUser("john@example.com")
        let johns = try await stand.addSession(john)
        try await fill()
        let text = try await stand.profiles().export(john, sessionID: johns, from: stand.origin)
        #expect(!text.contains("jane@example.com") && !text.contains("BTCUSDT"))
        #expect(!text.contains(jane.uuidString.lowercased()) && !text.contains(session.uuidString.lowercased()))
    }

    @Test("An export needs a session that signed in, or was confirmed, within five minutes")
    func freshness() async throws {
        stand.clock.advance(milliseconds: 299_999)
        _ = try await stand.profiles().export(jane, sessionID: session, from: stand.origin)
        stand.clock.advance(milliseconds: 1)
        await #expect(throws: OwnerCheckError.required) {
            try await stand.profiles().export(jane, sessionID: session, from: stand.origin)
        }
        await #expect(throws: OwnerCheckError.passwordWrong) {
            try await stand.owner.confirm(session, of: jane, by: .password("wrong battery staple"), from: stand.origin)
        }
        await #expect(throws: OwnerCheckError.required) {
            try await stand.profiles().export(jane, sessionID: session, from: stand.origin)
        }
        try await stand.owner.confirm(session, of: jane, by: .password(AccountStand.password), from: stand.origin)
        _ = try await stand.profiles().export(jane, sessionID: session, from: stand.origin)
        try await stand.pool.execute("UPDATE sessions SET ended_at = now(), end_reason = 'logout'")
        await #expect(throws: OwnerCheckError.required) {
            try await stand.profiles().export(jane, sessionID: session, from: stand.origin)
        }
    }

    // MARK: Erasure

    @Test("Erased, an account leaves only entries of the record that name nobody")
    func erasure() async throws {
        try await fill()
        await #expect(throws: OwnerCheckError.passwordWrong) {
            try await stand.profiles().erase(jane, password: "wrong battery staple", from: stand.origin)
        }
        try await stand.profiles().erase(jane, password: AccountStand.password, from: stand.origin)
        let tables = try await stand.pool.query(
            """
            SELECT conrelid::regclass::text AS name, attname::text AS owner FROM pg_constraint
            JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] WHERE confrelid = 'users'::regclass
            """
        )
        for table in tables {
            let (name, owner): (String, String) = (try table.decode("name"), try table.decode("owner"))
            let rows = try await stand.number(
                "SELECT count(*) FROM \(unescaped: name) WHERE \(unescaped: owner) = \(jane)"
            )
            #expect(rows == 0, "\(name)")
        }
        #expect(try await stand.number("SELECT count(*) FROM audit_logs WHERE action = 'account.erased'") == 1)
        #expect(try await stand.letters() == [.accountErased])
        try await stand.pool.execute("DELETE FROM mail_outbox")
        let dump = try await stand.dump()
        #expect(!dump.contains("jane@") && !dump.contains("30000"))
        await #expect(throws: AccountError.tokenInvalid) {
            try await stand.profiles().erase(jane, password: AccountStand.password, from: stand.origin)
        }
    }

    @Test("Of eight erasures at once one is done, and the others find no account")
    func erasuresAtOnce() async throws {
        let store = ProfileStore.postgres(stand.pool)
        let email = try #require(EmailAddress("jane@example.com"))
        let notice = try stand.postbox.seal(Letter(to: email, .accountErased), at: stand.clock.date)
        let entry = AuditEntry(.accountErased, userID: jane, origin: stand.origin)
        let done = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { [jane] in try await store.erase(jane, notice, entry) } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done == 1)
        #expect(try await stand.number("SELECT count(*) FROM audit_logs WHERE action = 'account.erased'") == 1)
    }

    @Test("What is told of an account that is erased meanwhile is on record without its name, and is no failure")
    func recordOfNobody() async throws {
        try await stand.profiles().erase(jane, password: AccountStand.password, from: stand.origin)
        try await AuditLog.postgres(stand.pool).record(
            AuditEntry(.confirmationFailed, userID: jane, origin: stand.origin)
        )
        let named = try await stand.number(
            "SELECT count(user_id) FROM audit_logs WHERE action = 'confirmation.failed' HAVING count(*) = 1"
        )
        #expect(named == 0)
    }
}
