import Accounts
import Foundation
import Logging
import Mail
import Postgres
import Storage
import Synchronization
import TestKit
import Testing

@Suite("Sending what waits, from a real database", .timeLimit(.minutes(5)))
struct MailDispatcherTests {
    /// A queue on a database of its own, a clock that moves when told, and a mail server.
    struct Stand: Sendable {
        let pool: PostgresPool
        let clock = ManualClock()
        let postbox: Postbox
        let log = LogLines()

        var time: AccountClock { AccountClock(now: { clock.date }, uptime: { .milliseconds(clock.milliseconds) }) }
        var queue: LetterQueue { .postgres(pool) }

        func dispatcher(
            to transport: MailTransport,
            queue: LetterQueue? = nil,
            showsWords: Bool = false
        ) throws -> MailDispatcher {
            MailDispatcher(
                queue: queue ?? self.queue,
                postbox: postbox,
                templates: try MailTemplates(),
                sender: try #require(MailAddress("mail@tradepulse.example")),
                transport: transport,
                showsWords: showsWords,
                clock: time,
                logger: Logger(label: "test") { _ in log }
            )
        }

        @discardableResult
        func put(_ occasion: Letter.Occasion = .resetPassword, key: String = UUID().uuidString) async throws -> Bool {
            let email = try #require(EmailAddress("jane\(UInt32.random(in: 0 ... .max))@example.com"))
            let values = ["link": "https://x/account#\(occasion.rawValue)=secret-token", "minutes": "30"]
            let letter = Letter(to: email, occasion, values)
            return try await queue.put(try postbox.seal(letter, key: key, at: clock.date))
        }

        func number(_ query: PostgresQuery) async throws -> Int {
            try #require(try await pool.query(query).first).decode(at: 0)
        }
    }

    private func withStand(_ body: (Stand) async throws -> Void) async throws {
        let box = try #require(SecretBox(secrets: [Secret(String(repeating: "k", count: 32))]))
        let postbox = Postbox(box: box, links: AccountLinks(base: "https://app.example.com"))
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            try await body(Stand(pool: pool, postbox: postbox))
        }
    }

    private func smtp(_ port: Int) throws -> MailTransport {
        .smtp(try #require(SMTPServer(url: Secret("smtp://127.0.0.1:\(port)"))))
    }

    @Test("A letter goes from the queue over SMTP once, and its words are forgotten")
    func once() async throws {
        try await withStand { stand in
            let stub = SMTPStub()
            try await stub.serving { port in
                let dispatcher = try stand.dispatcher(to: smtp(port))
                try await stand.put(key: "letter-1")
                #expect(try await dispatcher.sendDue() == 1)
                #expect(try await dispatcher.sendDue() == 0)
                #expect(try await stand.put(key: "letter-1") == false, "a key goes out once")
                #expect(try await dispatcher.sendDue() == 0)
            }
            #expect(stub.mails.map { $0.header["Message-ID"] } == ["<letter-1@tradepulse.example>"])
            #expect(
                try await stand.number("SELECT count(*) FROM mail_outbox WHERE sent_at IS NOT NULL AND payload IS NULL")
                    == 1
            )
            #expect(stand.log.text.contains("A mail was sent"))
            #expect(!stand.log.text.contains("secret-token") && !stand.log.text.contains("jane"))
        }
    }

    @Test("In development the log tells what a letter says and where all of it is, without what its link opens")
    func words() async throws {
        try await withStand { stand in
            let box = DevelopmentMailbox()
            try await stand.put(.resetPassword)
            try await stand.dispatcher(to: box.transport, showsWords: true).sendDue()
            #expect(stand.log.text.contains("Choose a new password"))
            #expect(stand.log.text.contains("Open the link within\n30 minutes to choose one"))
            #expect(stand.log.text.contains("https://x/account#reset-password=…\n"))
            #expect(stand.log.text.contains("GET /dev/mail"))
            #expect(!stand.log.text.contains("secret-token") && !stand.log.text.contains("jane"))
            #expect(box.newestFirst.first?.text.contains("#reset-password=secret-token") == true)
        }
    }

    @Test("Eight processes at one queue send each of 60 letters once")
    func manyProcesses() async throws {
        try await withStand { stand in
            for number in 0..<60 { try await stand.put(key: "letter-\(number)") }
            let box = DevelopmentMailbox()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let dispatcher = try stand.dispatcher(to: box.transport)
                        while try await dispatcher.sendDue() > 0 {}
                    }
                }
                try await group.waitForAll()
            }
            #expect(Set(box.newestFirst.map(\.id)).count == 60 && box.newestFirst.count == 60)
        }
    }

    /// What a program that dies between the server's yes and its own note leaves behind.
    struct Died: Error {}

    @Test("A program that dies before it noted the sending leaves the letter to another, under the same Message-ID")
    func crash() async throws {
        try await withStand { stand in
            let stub = SMTPStub()
            try await stub.serving { port in
                try await stand.put(key: "letter-1")
                var dying = stand.queue
                dying.settle = { _, _, _ in throw Died() }
                await #expect(throws: Died.self) {
                    try await stand.dispatcher(to: smtp(port), queue: dying).sendDue()
                }
                let heir = try stand.dispatcher(to: smtp(port))
                #expect(try await heir.sendDue() == 0, "the lease of the dead one holds")
                stand.clock.advance(milliseconds: 300_000)
                #expect(try await heir.sendDue() == 1)
                stand.clock.advance(milliseconds: 300_000)
                #expect(try await heir.sendDue() == 0)
            }
            #expect(stub.mails.count == 2)
            #expect(Set(stub.mails.map { $0.header["Message-ID"] }).count == 1)
        }
    }

    @Test("A letter rolled back with what it tells of is never sent")
    func rollback() async throws {
        try await withStand { stand in
            let letter = Letter(to: try #require(EmailAddress("jane@example.com")), .accountErased)
            let sealed = try stand.postbox.seal(letter, at: stand.clock.date)
            let store = ProfileStore.postgres(stand.pool)
            let entry = AuditEntry(.accountErased, userID: nil, origin: RequestOrigin(address: "::1", userAgent: nil))
            #expect(try await store.erase(UUID(), sealed, entry) == false)
            #expect(try await stand.number("SELECT count(*) FROM mail_outbox") == 0)
        }
    }

    @Test("A server in trouble is tried again, ever later, and after ten attempts the letter is given up")
    func retries() async throws {
        try await withStand { stand in
            let stub = SMTPStub(.init(verdict: { _ in "451 4.3.0 later" }))
            try await stub.serving { port in
                let dispatcher = try stand.dispatcher(to: smtp(port))
                try await stand.put()
                for seconds in [15, 30, 60, 120, 240, 480, 960, 1_920, 3_600] as [Int64] {
                    #expect(try await dispatcher.sendDue() == 1)
                    stand.clock.advance(milliseconds: seconds * 1_000 - 1)
                    #expect(try await dispatcher.sendDue() == 0)
                    stand.clock.advance(milliseconds: 1)
                }
                #expect(try await dispatcher.sendDue() == 1)
                stand.clock.advance(milliseconds: 86_400_000)
                #expect(try await dispatcher.sendDue() == 0)
            }
            #expect(stub.mails.count == 10)
            #expect(
                try await stand.number("SELECT count(*) FROM mail_outbox WHERE give_up_reason = 'too many attempts'")
                    == 1
            )
        }
    }

    @Test("A server that comes back gets the letter")
    func recovery() async throws {
        try await withStand { stand in
            let stub = SMTPStub(.init(verdict: { $0 == 1 ? "451 4.3.0 later" : "250 2.0.0 taken" }))
            try await stub.serving { port in
                let dispatcher = try stand.dispatcher(to: smtp(port))
                try await stand.put()
                _ = try await dispatcher.sendDue()
                stand.clock.advance(milliseconds: 15_000)
                _ = try await dispatcher.sendDue()
            }
            #expect(try await stand.number("SELECT count(*) FROM mail_outbox WHERE sent_at IS NOT NULL") == 1)
        }
    }

    @Test("A refused letter, an unreadable one and one whose time is over are given up, and nothing is sent of them")
    func givenUp() async throws {
        try await withStand { stand in
            let stub = SMTPStub(.init(recipientVerdict: "550 5.1.1 no such mailbox"))
            try await stub.serving { port in
                let dispatcher = try stand.dispatcher(to: smtp(port))
                try await stand.put()
                #expect(try await dispatcher.sendDue() == 1)
                try await stand.put()
                try await stand.pool.execute("UPDATE mail_outbox SET payload = 'v1.x.y' WHERE payload IS NOT NULL")
                #expect(try await dispatcher.sendDue() == 1)
                try await stand.put()
                stand.clock.advance(milliseconds: 2 * 86_400_000)
                #expect(try await dispatcher.sendDue() == 0)
                try await stand.queue.sweep(stand.clock.date)
            }
            #expect(stub.mails.isEmpty)
            for reason in ["refused with 550", "unreadable", "too late"] {
                #expect(
                    try await stand.number("SELECT count(*) FROM mail_outbox WHERE give_up_reason = \(reason)") == 1
                )
            }
            #expect(try await stand.number("SELECT count(*) FROM mail_outbox WHERE payload IS NOT NULL") == 0)
            stand.clock.advance(milliseconds: 7 * 86_400_000)
            try await stand.queue.sweep(stand.clock.date)
            #expect(try await stand.number("SELECT count(*) FROM mail_outbox") == 0)
        }
    }

    @Test("While the database is away the service waits, and stops when it is told to")
    func databaseAway() async throws {
        try await withStand { stand in
            let dispatcher = try stand.dispatcher(to: DevelopmentMailbox().transport)
            await stand.pool.close()
            let service = Task { await dispatcher.run() }
            await stand.log.first("The queue of mails does not answer")
            service.cancel()
            await service.value
        }
    }

    @Test("The development mailbox keeps the newest hundred")
    func mailbox() async throws {
        let box = DevelopmentMailbox()
        let address = try #require(MailAddress("mail@example.com"))
        for number in 0..<150 {
            let mail = MailMessage(
                from: address,
                to: address,
                subject: "\(number)",
                text: "",
                html: "",
                date: Date(),
                key: "\(number)"
            )
            try await box.transport.send(mail)
        }
        #expect(box.newestFirst.map(\.subject) == (50..<150).reversed().map(String.init))
    }
}
