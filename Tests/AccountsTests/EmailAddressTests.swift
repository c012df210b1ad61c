import Accounts
import Foundation
import Testing

@Suite("Email addresses")
struct EmailAddressTests {
    @Test(
        "Every spelling of an address is one address",
        arguments: [
            ("a@b.co", "a@b.co"), ("Jane.Doe+Alerts@Example.COM", "jane.doe+alerts@example.com"),
            ("JANE@EXAMPLE.COM", "jane@example.com"), ("jos\u{E9}@example.com", "jos\u{E9}@example.com"),
            ("jose\u{301}@example.com", "jos\u{E9}@example.com"), ("JOS\u{C9}@EXAMPLE.COM", "jos\u{E9}@example.com"),
            ("иван@пример.рф", "иван@пример.рф"), ("ИВАН@ПРИМЕР.РФ", "иван@пример.рф"), ("用户@例子.广告", "用户@例子.广告"),
            ("o'neil_1/2=3@x-y.example", "o'neil_1/2=3@x-y.example"),
            ("\u{212A}elvin@example.com", "kelvin@example.com"),
        ]
    )
    func spellings(raw: String, expected: String) throws {
        let address = try #require(EmailAddress(raw))
        #expect(Array(address.text.unicodeScalars) == Array(expected.unicodeScalars))
        #expect(EmailAddress(address.text) == address)
    }

    @Test(
        "What is no plain address is refused",
        arguments: [
            "", "@", "a", "a@", "@b.co", "a@b", "a@@b.co", "a@b@c.co", " a@b.co", "a@b.co ", "a b@c.co", "a@b .co",
            "\ta@b.co",
            "a@b.co\n", "a\r\nBcc: x@b.co", "a\u{0}@b.co", "a@b.co\u{0}", ".a@b.co", "a.@b.co", "a..b@c.co", "a@.b.co",
            "a@b..co",
            "a@b.co.", "a@-b.co", "a@b-.co", "a@b_c.co", "a@[127.0.0.1]", "a@127.0.0.1", "\"a b\"@c.co",
            "a(comment)@b.co",
            "<a@b.co>", "Jane <a@b.co>", "a,b@c.co", "a;b@c.co", "a:b@c.co", "a\\b@c.co",
            "a\u{202E}b@c.co", "a\u{200B}b@c.co", "a\u{200D}b@c.co", "a\u{FEFF}b@c.co", "a\u{AD}b@c.co",
            "a\u{2066}b@c.co",
            "\u{FF41}@b.co", "\u{FB01}ne@b.co", "a@b\u{3002}co", "a@\u{24B7}.co", "😀@b.co", "a\u{A0}b@c.co",
            "a\u{7F}@b.co",
            String(repeating: "a", count: 65) + "@b.co", "a@" + String(repeating: "b", count: 64) + ".co",
            "a@" + Array(repeating: "bcdefgh", count: 40).joined(separator: "."),
            String(repeating: "a", count: 2_000_000),
        ]
    )
    func refused(raw: String) {
        #expect(EmailAddress(raw) == nil)
    }

    @Test("The longest address fits and one more character does not")
    func longest() {
        let local = String(repeating: "l", count: 64)
        let label = String(repeating: "d", count: 63)
        let domain = [label, label, String(repeating: "d", count: 59), "co"].joined(separator: ".")
        #expect((local + "@" + domain).utf8.count == 255)
        #expect(EmailAddress(local + "@" + domain) != nil)
        #expect(EmailAddress(local + "@" + domain + "m") == nil)
    }
}
