import Accounts
import Foundation
import Mail
import Testing

@Suite("Handing mails to a server over SMTP", .timeLimit(.minutes(2)))
struct SMTPTests {
    private func message(to: String = "jane@example.com", subject: String = "A new password") throws -> MailMessage {
        MailMessage(
            from: try #require(MailAddress("mail@tradepulse.example", name: "TradePulse")),
            to: try #require(MailAddress(to)),
            subject: subject,
            text: "Gr\u{FC}\u{DF}e\n.a line that begins with a dot\n" + String(repeating: "long ", count: 400),
            html: "<p>Gr\u{FC}\u{DF}e</p>",
            date: Date(timeIntervalSince1970: 1_769_860_800),
            key: "letter-1"
        )
    }

    private func transport(_ url: String, trusting file: String? = nil) throws -> MailTransport {
        .smtp(try #require(SMTPServer(url: Secret(url), certificatesFile: file)))
    }

    private func failure(_ work: () async throws -> Void) async -> MailFailure? {
        do {
            try await work()
            return nil
        } catch {
            return error as? MailFailure
        }
    }

    @Test("A mail arrives whole: envelope, header and both bodies")
    func plain() async throws {
        let stub = SMTPStub()
        try await stub.serving { port in try await transport("smtp://127.0.0.1:\(port)").send(message()) }
        let mail = try #require(stub.mails.first)
        #expect(mail.from == "mail@tradepulse.example" && mail.to == ["jane@example.com"])
        #expect(mail.header["From"] == "TradePulse <mail@tradepulse.example>")
        #expect(mail.header["To"] == "<jane@example.com>")
        #expect(mail.header["Subject"] == "A new password")
        #expect(mail.header["Message-ID"] == "<letter-1@tradepulse.example>")
        #expect(mail.header["Date"] == "Sat, 31 Jan 2026 12:00:00 +0000")
        #expect(mail.header["Auto-Submitted"] == "auto-generated")
        #expect(mail.lines.allSatisfy { $0.utf8.count <= 78 && $0.utf8.allSatisfy { $0 < 128 } })
        let bodies = mail.lines.joined(separator: "\n").components(separatedBy: "--=_tradepulse_letter-1")
        #expect(bodies.count == 4 && bodies[3].hasPrefix("--"))
        let contents = bodies[1...2].map { Base64.decode($0.components(separatedBy: "\n\n").dropFirst().joined()) }
        #expect(contents == [try message().text, "<p>Gr\u{FC}\u{DF}e</p>"])
    }

    @Test(
        "STARTTLS comes before name, password and mail, and the certificate is checked",
        .enabled(if: Certificate.openSSL != nil)
    )
    func startTLS() async throws {
        let certificate = try await Certificate.make()
        defer { certificate.remove() }
        let stub = SMTPStub(.init(tls: certificate.server, credentials: "\0us er\0pa:ss@word"))
        try await stub.serving { port in
            let url = "smtp://us%20er:pa%3Ass%40word@127.0.0.1:\(port)"
            try await transport(url, trusting: certificate.authorityFile).send(message())
            // The system's authorities do not know the certificate.
            let refused = await failure { try await transport(url).send(message()) }
            #expect(refused.map { if case .misconfigured = $0 { true } else { false } } == true)
        }
        #expect(stub.mails.map(\.isEncrypted) == [true])
        let starts = try #require(stub.commands.firstIndex { $0.hasPrefix("STARTTLS") })
        let authenticates = try #require(stub.commands.firstIndex(of: "AUTH"))
        #expect(starts < authenticates)
    }

    @Test("smtps:// speaks TLS from the first byte", .enabled(if: Certificate.openSSL != nil))
    func implicitTLS() async throws {
        let certificate = try await Certificate.make()
        defer { certificate.remove() }
        let stub = SMTPStub(.init(tls: certificate.server, isImplicit: true))
        try await stub.serving { port in
            try await transport("smtps://127.0.0.1:\(port)", trusting: certificate.authorityFile).send(message())
        }
        #expect(stub.mails.map(\.isEncrypted) == [true])
        #expect(!stub.commands.contains { $0.hasPrefix("STARTTLS") })
    }

    @Test("A server elsewhere that offers no TLS gets nothing: neither password nor mail")
    func noTLS() async throws {
        // The machine's own address that is not called loopback stands for a server elsewhere.
        let stub = SMTPStub(.init(credentials: "\0user\0password"))
        try await stub.serving { port in
            let refused = await failure {
                try await transport("smtp://user:password@127.0.0.2.nip.invalid:\(port)").send(message())
            }
            #expect(refused != nil)
            let upgraded = await failure { try await transport("smtp://user:password@0.0.0.0:\(port)").send(message()) }
            #expect(upgraded.map { if case .misconfigured = $0 { true } else { false } } == true)
        }
        #expect(stub.mails.isEmpty && !stub.commands.contains("AUTH"))
    }

    @Test(
        "Answers are told apart: never, later, and an operator's matter",
        arguments: [
            ("550 5.1.1 no such mailbox", MailFailure.refused(code: 550)),
            ("552 5.2.2 too big", .refused(code: 552)), ("451 4.3.0 later", nil), ("530 5.7.0 not so", nil),
        ] as [(String, MailFailure?)]
    )
    func verdicts(answer: String, expected: MailFailure?) async throws {
        for stub in [SMTPStub(.init(verdict: { _ in answer })), SMTPStub(.init(recipientVerdict: answer))] {
            try await stub.serving { port in
                let found = await failure { try await transport("smtp://127.0.0.1:\(port)").send(message()) }
                if let expected {
                    #expect(found == expected)
                } else {
                    #expect(found.map { if case .unreachable = $0 { true } else { false } } == true)
                }
                #expect(found.map { !"\($0)".contains("example.com") } == true)
            }
        }
    }

    @Test("A wrong password, a server that hangs up and one that is not there are no success")
    func failures() async throws {
        let strict = SMTPStub(.init(credentials: "\0user\0right"))
        try await strict.serving { port in
            let found = await failure { try await transport("smtp://user:wrong@127.0.0.1:\(port)").send(message()) }
            #expect(found.map { if case .misconfigured = $0 { true } else { false } } == true)
        }
        let rude = SMTPStub(.init(hangsUp: true))
        try await rude.serving { port in
            let found = await failure { try await transport("smtp://127.0.0.1:\(port)").send(message()) }
            #expect(found.map { if case .unreachable = $0 { true } else { false } } == true)
        }
        let gone = await failure { try await transport("smtp://127.0.0.1:1").send(message()) }
        #expect(gone.map { if case .unreachable = $0 { true } else { false } } == true)
    }

    @Test(
        "Only a server's URL is one",
        arguments: [
            ("smtp://mail.example.com", true), ("smtps://u:p@mail.example.com:465", true), ("smtp://[::1]:2525/", true),
            ("http://mail.example.com", false), ("smtp://", false), ("smtp://u@mail.example.com", false),
            ("smtp://mail.example.com/path", false), ("smtp://mail.example.com?x=1", false),
            ("mail.example.com", false),
        ]
    )
    func urls(text: String, isServer: Bool) {
        let server = SMTPServer(url: Secret(text))
        #expect((server != nil) == isServer)
    }
}
