import Accounts
import Foundation
import Postgres
import Storage
import TestKit
import Testing

@Suite("The second factor on a real database", .database, .timeLimit(.minutes(5)))
struct SecondFactorTests {
    let stand: AccountStand
    let jane: UUID

    init() async throws {
        stand = try await AccountStand()
        jane = try await stand.addUser("jane@example.com")
    }

    /// Sets the factor up and switches it on.
    private func enrol() async throws -> (OneTimePassword, [RecoveryCode]) {
        let enrolment = try await stand.secondFactor.setUp(jane, from: stand.origin)
        let password = OneTimePassword(secret: try #require(Base32.decode(enrolment.secret.reveal())))
        let codes = try await stand.secondFactor.confirm(jane, code: stand.code(password), from: stand.origin)
        stand.clock.advance(milliseconds: 30_000)
        return (password, codes)
    }

    private func demand(_ proof: SecondFactor.Proof?) async -> SecondFactorError? {
        do {
            try await stand.secondFactor.demand(proof, of: jane, from: stand.origin)
            return nil
        } catch {
            return error as? SecondFactorError
        }
    }

    @Test("The factor counts once a code was confirmed, and from then on nothing but a code will do")
    func enrolment() async throws {
        let enrolment = try await stand.secondFactor.setUp(jane, from: stand.origin)
        #expect(await demand(nil) == nil)
        await #expect(throws: SecondFactorError.codeWrong) {
            try await stand.secondFactor.confirm(jane, code: "000000", from: stand.origin)
        }
        #expect(await demand(nil) == nil)
        let password = OneTimePassword(secret: try #require(Base32.decode(enrolment.secret.reveal())))
        let codes = try await stand.secondFactor.confirm(jane, code: stand.code(password), from: stand.origin)
        #expect(codes.count == 10 && Set(codes.map(\.hash)).count == 10)
        #expect(await demand(nil) == .codeRequired)
        #expect(await demand(.code(stand.code(password))) == .codeWrong, "the step was spent by confirming")
        await #expect(throws: SecondFactorError.alreadyOn) {
            try await stand.secondFactor.setUp(jane, from: stand.origin)
        }
        await #expect(throws: SecondFactorError.alreadyOn) {
            try await stand.secondFactor.confirm(jane, code: stand.code(password), from: stand.origin)
        }
    }

    @Test("The link and the picture carry the secret under the account's name")
    func link() async throws {
        let enrolment = try await stand.secondFactor.setUp(jane, from: stand.origin)
        let secret = enrolment.secret.reveal()
        #expect(secret.wholeMatch(of: /[A-Z2-7]{32}/) != nil)
        #expect(
            enrolment.otpauthURL.reveal()
                == "otpauth://totp/TradePulse%3Ajane%40example.com?secret=\(secret)&issuer=TradePulse&algorithm=SHA1&digits=6&period=30"
        )
        #expect(enrolment.qrSVG.reveal().hasPrefix("<svg "))
        #expect(!"\(enrolment)".contains(secret))
    }

    @Test("One code spent 20 times at the same moment opens once")
    func parallelSameCode() async throws {
        let (password, _) = try await enrol()
        let code = stand.code(password)
        let outcomes = await withTaskGroup(of: SecondFactorError?.self) { group in
            for _ in 0..<20 { group.addTask { await demand(.code(code)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == nil } == 1)
        #expect(await demand(.code(code)) != nil)
    }

    @Test("20 wrong codes at the same moment count 20, and only the first few are looked at")
    func parallelWrongCodes() async throws {
        let (password, _) = try await enrol()
        let outcomes = await withTaskGroup(of: SecondFactorError?.self) { group in
            for _ in 0..<20 { group.addTask { await demand(.code("000000")) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .codeWrong } == GuessLimit.triesBeforePause)
        #expect(outcomes.count { if case .tooManyCodes = $0 { true } else { false } } == 15)
        #expect(try await stand.number("SELECT tries FROM account_guesses WHERE kind = 'code'") == 20)
        #expect(await demand(.code(stand.code(password))) == .tooManyCodes(retryAfterSeconds: 30))
        #expect(try await stand.number("SELECT count(*) FROM audit_logs WHERE action LIKE 'totp.%ed'") == 1 + 5 + 16)
    }

    @Test("Pauses double up to an hour, and a right code after one wipes the slate")
    func pauses() async throws {
        let (password, _) = try await enrol()
        for _ in 1..<GuessLimit.triesBeforePause { #expect(await demand(.code("000000")) == .codeWrong) }
        for seconds in [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
            #expect(await demand(.code("000000")) == .codeWrong)
            stand.clock.advance(milliseconds: Int64(seconds) * 1_000 - 1)
            // What falls into a pause counts too; take it back to see the doubling alone.
            #expect(await demand(.code(stand.code(password))) == .tooManyCodes(retryAfterSeconds: 1))
            try await stand.pool.execute("UPDATE account_guesses SET tries = tries - 1")
            stand.clock.advance(milliseconds: 1)
        }
        #expect(await demand(.code(stand.code(password))) == nil)
        #expect(try await stand.number("SELECT count(*) FROM account_guesses") == 0)
    }

    @Test("Recovery codes work once each, also at the same moment, and while codes are cut off")
    func recovery() async throws {
        let (_, codes) = try await enrol()
        for _ in 0..<6 { _ = await demand(.code("000000")) }
        let first = codes[0].reveal().lowercased()
        let outcomes = await withTaskGroup(of: SecondFactorError?.self) { group in
            for _ in 0..<20 { group.addTask { await demand(.recoveryCode(first)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == nil } == 1 && outcomes.count { $0 == .codeWrong } == 19)
        for code in codes.dropFirst() { #expect(await demand(.recoveryCode(code.reveal())) == nil) }
        for code in codes { #expect(await demand(.recoveryCode(code.reveal())) == .codeWrong) }
        #expect(await demand(.recoveryCode(RecoveryCode().reveal())) == .codeWrong)
    }

    @Test("Somebody else's recovery code and codes open nothing")
    func foreign() async throws {
        let (_, codes) = try await enrol()
        let john = try await stand.addUser("john@example.com")
        let enrolment = try await stand.secondFactor.setUp(john, from: stand.origin)
        let password = OneTimePassword(secret: try #require(Base32.decode(enrolment.secret.reveal())))
        _ = try await stand.secondFactor.confirm(john, code: stand.code(password), from: stand.origin)
        await #expect(throws: SecondFactorError.codeWrong) {
            try await stand.secondFactor.demand(.recoveryCode(codes[0].reveal()), of: john, from: stand.origin)
        }
        stand.clock.advance(milliseconds: 30_000)
        #expect(await demand(.code(stand.code(password))) == .codeWrong)
    }

    @Test("Switched off, the factor leaves nothing behind; the next one has another secret and other codes")
    func disabling() async throws {
        let (password, codes) = try await enrol()
        await #expect(throws: SecondFactorError.codeWrong) {
            try await stand.secondFactor.disable(jane, with: .code("000000"), from: stand.origin)
        }
        #expect(await demand(nil) == .codeRequired)
        try await stand.secondFactor.disable(jane, with: .code(stand.code(password)), from: stand.origin)
        #expect(await demand(nil) == nil)
        #expect(try await stand.number("SELECT count(*) FROM recovery_codes") == 0)
        #expect(try await stand.number("SELECT count(*) FROM users WHERE totp_secret IS NOT NULL") == 0)
        #expect(try await stand.letters() == [.secondFactorOff])
        await #expect(throws: SecondFactorError.notSetUp) {
            try await stand.secondFactor.disable(jane, with: .recoveryCode(codes[0].reveal()), from: stand.origin)
        }
        let (next, others) = try await enrol()
        #expect(next.code(at: 1) != password.code(at: 1) || next.code(at: 2) != password.code(at: 2))
        #expect(Set(others.map(\.hash)).isDisjoint(with: codes.map(\.hash)))
        #expect(await demand(.recoveryCode(codes[0].reveal())) == .codeWrong)
    }

    @Test("A step never goes back, also when the clock does")
    func clockBack() async throws {
        let (password, _) = try await enrol()
        #expect(await demand(.code(stand.code(password))) == nil)
        stand.clock.advance(milliseconds: -60_000)
        #expect(await demand(.code(stand.code(password))) == .codeWrong)
    }

    @Test(
        "A copy of the database shows neither secret nor recovery code, and a secret moved to another account is none"
    )
    func sealed() async throws {
        let enrolment = try await stand.secondFactor.setUp(jane, from: stand.origin)
        let secret = try #require(Base32.decode(enrolment.secret.reveal()))
        let password = OneTimePassword(secret: secret)
        let codes = try await stand.secondFactor.confirm(jane, code: stand.code(password), from: stand.origin)
        let dump = try await stand.dump()
        #expect(!dump.contains(enrolment.secret.reveal()))
        #expect(!dump.contains(secret.map { String(format: "%02x", $0) }.joined()))
        #expect(!dump.contains(Data(secret).base64EncodedString().prefix(20)))
        for code in codes {
            #expect(!dump.contains(code.reveal()) && !dump.contains(code.reveal().filter { $0 != "-" }))
        }
        let john = try await stand.addUser("john@example.com")
        try await stand.pool.execute(
            """
            UPDATE users SET totp_enabled = true, totp_secret = (SELECT totp_secret FROM users WHERE id = \(jane))
            WHERE id = \(john)
            """
        )
        stand.clock.advance(milliseconds: 30_000)
        await #expect(throws: SecretUnreadable.self) {
            try await stand.secondFactor.demand(.code(stand.code(password)), of: john, from: stand.origin)
        }
    }

    @Test("After the key was changed codes work, and the secret is sealed with the new key")
    func keyChange() async throws {
        let (password, _) = try await enrol()
        let newer = try stand.with(keys: [Secret(String(repeating: "n", count: 32)), AccountStand.key])
        try await newer.secondFactor.demand(.code(stand.code(password)), of: jane, from: stand.origin)
        stand.clock.advance(milliseconds: 30_000)
        let newest = try stand.with(keys: [Secret(String(repeating: "n", count: 32))])
        try await newest.secondFactor.demand(.code(stand.code(password)), of: jane, from: stand.origin)
    }
}
