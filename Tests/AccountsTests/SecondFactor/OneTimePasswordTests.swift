import Accounts
import Foundation
import TestKit
import Testing

@Suite("One-time passwords")
struct OneTimePasswordTests {
    let password = OneTimePassword(secret: Array("12345678901234567890".utf8))

    /// RFC 6238, appendix B, the rows for SHA-1; the last six of its eight digits.
    @Test(
        "The codes of RFC 6238",
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ] as [(TimeInterval, String)]
    )
    func vectors(seconds: TimeInterval, code: String) {
        let now = Date(timeIntervalSince1970: seconds)
        #expect(password.code(at: OneTimePassword.step(at: now)) == code)
        #expect(password.step(of: code, at: now, after: nil) == OneTimePassword.step(at: now))
    }

    /// RFC 4226, appendix D: the same function, counted from 0.
    @Test(
        "The codes of RFC 4226",
        arguments: zip(
            Int64(0)...9,
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
        )
    )
    func counterVectors(counter: Int64, code: String) {
        #expect(password.code(at: counter) == code)
    }

    @Test("A code is good one step early and one step late, and no further")
    func window() {
        let start = Date(timeIntervalSince1970: 1_700_000_010)
        let code = password.code(at: OneTimePassword.step(at: start))
        let step = OneTimePassword.step(at: start)
        for (offset, expected) in [(-60, nil), (-30, step), (0, step), (30, step), (60, nil)] as [(Double, Int64?)] {
            #expect(password.step(of: code, at: start.addingTimeInterval(offset), after: nil) == expected)
        }
    }

    @Test("A step that was spent, and every step before it, is never good again")
    func spent() {
        let now = Date(timeIntervalSince1970: 1_700_000_010)
        let step = OneTimePassword.step(at: now)
        #expect(password.step(of: password.code(at: step), at: now, after: step) == nil)
        #expect(password.step(of: password.code(at: step - 1), at: now, after: step) == nil)
        #expect(password.step(of: password.code(at: step + 1), at: now, after: step) == step + 1)
    }

    @Test(
        "What is not six digits is no code",
        arguments: ["", "28708", "2870821", "28708a", "٢٨٧٠٨٢", "287082 ", "-87082", "287082\u{0}"]
    )
    func nonsense(code: String) {
        #expect(password.step(of: code, at: Date(timeIntervalSince1970: 59), after: nil) == nil)
    }

    @Test("Of a million codes three are good at a time")
    func chance() {
        let now = Date(timeIntervalSince1970: 1_700_000_010)
        let good = (0..<1_000_000).filter { number in
            let text = String(number)
            let code = String(repeating: "0", count: 6 - text.count) + text
            return password.step(of: code, at: now, after: nil) != nil
        }
        #expect(good.count == 3)
    }
}

@Suite("Recovery codes")
struct RecoveryCodeTests {
    @Test("A code has 80 bits in four groups, is known however it is typed, and never twice the same")
    func typed() throws {
        let codes = (0..<100).map { _ in RecoveryCode() }
        #expect(Set(codes.map(\.hash)).count == 100)
        for code in codes {
            let text = code.reveal()
            #expect(text.wholeMatch(of: /[A-Z2-7]{4}(-[A-Z2-7]{4}){3}/) != nil)
            for spelling in [text, text.lowercased(), text.filter { $0 != "-" }, " \(text.replacing("-", with: " ")) "]
            {
                #expect(RecoveryCode(typed: spelling)?.hash == code.hash)
            }
        }
    }

    @Test(
        "Other texts are none",
        arguments: ["", "ABCD-EFGH-IJKL-MNO", "ABCD-EFGH-IJKL-MNO1", "ÄBCD-EFGH-IJKL-MNOP", "A"]
    )
    func nonsense(text: String) {
        #expect(RecoveryCode(typed: text) == nil)
        #expect(RecoveryCode(typed: String(repeating: text, count: 10_000)) == nil)
    }

    @Test("It never prints")
    func hidden() {
        let code = RecoveryCode()
        #expect(!"\(code)".contains(code.reveal().prefix(4)))
    }
}
