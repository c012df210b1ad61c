import Accounts
import Foundation
import Mail
import Testing

@Suite("The text of a mail")
struct MailMessageTests {
    @Test(
        "An address that could end its header line or its brackets is none",
        arguments: [
            "", "jane", "@example.com", "jane@", "a@b@c", "jane@example.com\r\nBcc: x@y.z", "jane@example.com>",
            "<jane@example.com", "jane doe@example.com", "a@b.c,d@e.f", "jane\u{0}@example.com", "\"x\"@example.com",
        ]
    )
    func addresses(text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test(
        "A sender is an address with or without a name",
        arguments: [
            ("mail@example.com", nil, "mail@example.com"),
            ("TradePulse <mail@example.com>", "TradePulse", "mail@example.com"),
            ("  A B  <mail@example.com>", "A B", "mail@example.com"),
        ] as [(String, String?, String)]
    )
    func senders(text: String, name: String?, address: String) throws {
        let sender = try #require(MailAddress(parsing: text))
        #expect(sender.name == name && sender.address == address)
    }

    @Test(
        "No subject begins a line of its own, and each is read back as it was",
        arguments: [
            "plain", "Gr\u{FC}\u{DF}e an alle", "one\r\nBcc: x@y.z", "=?UTF-8?B?eA==?=", "tail ",
            String(repeating: "\u{1F98A}", count: 80),
            String(repeating: "word ", count: 60), "a, b; c", "",
        ]
    )
    func subjects(subject: String) throws {
        let address = try #require(MailAddress("mail@example.com"))
        let mail = MailMessage(
            from: address,
            to: address,
            subject: subject,
            text: "",
            html: "",
            date: Date(timeIntervalSince1970: 0),
            key: "k"
        )
        let lines = String(decoding: mail.bytes, as: UTF8.self).components(separatedBy: "\r\n")
        let start = try #require(lines.firstIndex { $0.hasPrefix("Subject:") })
        let folded = lines[start...].prefix { $0 == lines[start] || $0.hasPrefix(" ") }
        #expect(folded.allSatisfy { $0.utf8.count <= 86 && $0.utf8.allSatisfy { (32..<127).contains($0) } })
        #expect(lines[start + folded.count].hasPrefix("Auto-Submitted:"))
        #expect(!lines.contains { $0.hasPrefix("Bcc") })
        let value = folded.joined().dropFirst("Subject: ".count)
        let words = value.matches(of: /=\?UTF-8\?B\?([^?]*)\?=/).compactMap { Base64.decode(String($0.1)) }
        #expect((words.isEmpty ? String(value) : words.joined()) == subject)
    }
}

@Suite("Templates")
struct MailTemplateTests {
    @Test("Every occasion has its words, and shows every value it is given", arguments: Letter.Occasion.allCases)
    func occasions(occasion: Letter.Occasion) throws {
        let values = [
            "link": "https://app.example.com/account#reset-password=abc", "minutes": "30", "hours": "24",
            "device": "Pixel 9", "address": "203.0.113.9", "time": "2026-01-31T12:00:00Z",
            "newAddress": "j…@example.com",
            "title": "refresh token reused", "summary": "somebody has a copy", "subject": "198.51.100.7",
            "head": "12:ab54", "keyId": "0123456789abcdef", "signature": "c2lnbmVk",
        ]
        let letter = Letter(to: try #require(EmailAddress("jane@example.com")), occasion, values)
        let words = try #require(try MailTemplates().render(letter))
        #expect(!words.subject.isEmpty && !words.subject.contains("\n"))
        for text in [words.text, words.html] {
            #expect(!text.contains("{{") && text.contains("TradePulse"))
        }
        let named: [Letter.Occasion: [String]] = [
            .confirmAddress: ["link", "hours"], .confirmNewAddress: ["link", "hours"],
            .resetPassword: ["link", "minutes"],
            .newDevice: ["link", "device", "address", "time"], .addressChanged: ["newAddress"],
            .alert: ["summary", "subject", "time"], .recordCheckpoint: ["head", "time", "keyId", "signature"],
        ]
        for name in named[occasion] ?? [] {
            #expect(words.text.contains(try #require(values[name])))
            #expect(words.html.contains(try #require(values[name])))
        }
    }

    @Test("What a stranger calls their device is text in a mail, not markup")
    func markup() throws {
        let letter = Letter(
            to: try #require(EmailAddress("jane@example.com")),
            .newDevice,
            [
                "device": "<a href=\"https://evil.example\">click</a>\r\n{{link}}", "link": "L", "address": "A",
                "time": "T",
            ]
        )
        let words = try #require(try MailTemplates().render(letter))
        #expect(words.html.contains("&lt;a href=&quot;https://evil.example&quot;&gt;"))
        #expect(!words.html.contains("<a href=\"https://evil"))
    }
}
