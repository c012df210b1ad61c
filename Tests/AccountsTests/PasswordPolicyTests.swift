import Accounts
import Foundation
import Testing

@Suite("The choice of a password")
struct PasswordPolicyTests {
    private func faults(_ text: String, email: String = "trader.jane@example.com") throws -> [AccountInputFault] {
        let email = try #require(EmailAddress(email))
        return try #require(Password(text)).faults(for: email)
    }

    @Test(
        "Ten to 128 characters of any script, no rule of composition",
        arguments: [
            "correct horse battery staple", "vqkzmwhrtp", "4815162342x", "пароль-из-десяти", "これは秘密の合言葉です",
            "🦊🐻🐼🦁🐯🐨🐮🐷🐸🐵",
            "          ten blanks count", "\u{0}\u{1}\u{2}nul is a character",
            String(repeating: "ab1cd2ef", count: 15) + "xyz",
            "мама мыла раму", "Tr0ub4dor&3x", "dEr8ungl4ube", "sunlit-otter-paddles", "monkey wrench parade",
        ]
    )
    func accepted(text: String) throws {
        #expect(try faults(text).isEmpty)
    }

    @Test("Length is counted in characters, not bytes, and to the last one")
    func length() throws {
        #expect(try faults("vqkzmwhrt") == [.passwordTooShort(minimum: 10)])
        #expect(try faults("これは秘密の合言葉") == [.passwordTooShort(minimum: 10)])
        #expect(try faults("") == [.passwordTooShort(minimum: 10)])
        let long = (0..<128).map { String(UnicodeScalar(0x4E00 + $0 * 7) ?? "x") }.joined()
        #expect(try faults(long).isEmpty)
        #expect(try faults(long + "一") == [.passwordTooLong(maximum: 128)])
        #expect(Password(String(repeating: "a", count: 2_000_000)) == nil)
    }

    @Test(
        "What everybody tries first is refused, with its digits, signs and swaps",
        arguments: [
            "password12", "Password123", "PASSWORD1234", "p@ssw0rd123", "P@$$w0rd2024!", "passwordpassword",
            "1234567890",
            "0123456789", "9876543210", "0987654321", "qwertyuiop", "QWERTYUIOP", "qwerty123456", "1q2w3e4r5t",
            "1qaz2wsx3edc",
            "asdfghjkl;", "zxcvbnm123", "iloveyou12", "iloveyou123!", "letmein123", "welcome2024", "Welcome123!",
            "football123",
            "baseball2023", "superman123", "aaaaaaaaaa", "1111111111", "abcabcabcabc", "1212121212", "abcdefghij",
            "zyxwvutsrq",
            "bitcoin2024", "tradepulse1", "TradePulse2025!", "sunshine123", "princess123", "dragon12345",
            "monkey123456",
            "123456789a", "a123456789", "qwerty12345", "111222333444", "trustno1trustno1", "changeme123", "adminadmin",
            "administrator",
            "qazwsxedcrfv", "q1w2e3r4t5y6", "1a2b3c4d5e", "!@#$%^&*()", "basketball", "christopher", "motherfucker",
        ]
    )
    func common(text: String) throws {
        #expect(try faults(text) == [.passwordCommon])
    }

    @Test(
        "What leaks show to be chosen is refused, however random it looks",
        arguments: [
            "bigpimpin1", "BIGPIMPIN1", "1123581321", "natiichen999", "xige5516726", "usuckballz1", "1029384756",
        ]
    )
    func listed(text: String) throws {
        #expect(try faults(text) == [.passwordCommon])
    }

    @Test(
        "The product's own name is no password",
        arguments: ["tradepulse-otter-parade", "Trade Pulse 2031 otter", "my.TradePulse.secret"]
    )
    func product(text: String) throws {
        #expect(try faults(text) == [.passwordCommon])
    }

    @Test(
        "The address may not stand in the password, nor its domain be all of it",
        arguments: [
            "trader.jane!42xyz", "xxTRADER.JANExx", "My-Trader.Jane-Pw", "otter@example.com!", "Example!2031",

        ]
    )
    func containsEmail(text: String) throws {
        #expect(try faults(text) == [.passwordContainsEmail])
    }

    @Test("A password never prints")
    func hidden() throws {
        let password = try #require(Password("correct horse battery staple"))
        #expect(!"\(password)".contains("horse"))
        var dumped = ""
        dump(password, to: &dumped)
        #expect(!dumped.contains("horse") && dumped.contains("****"))
    }
}
