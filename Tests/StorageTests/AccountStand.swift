import Accounts
import Foundation
import Postgres
import Storage
import TestKit
import Testing

/// The parts that care for accounts, on the running test's database and a clock that moves when told.
struct AccountStand: Sendable {
    static let key = Secret(String(repeating: "k", count: 32))
    static let password = "correct horse battery staple"

    let pool: PostgresPool
    let clock: ManualClock
    let box: SecretBox
    let origin = RequestOrigin(address: "203.0.113.9", userAgent: "TradePulse/1.0")
    private let hasher = PasswordHasher(parameters: .floor, workers: 2, queueLimit: 100)

    init() async throws {
        try self.init(pool: .ofTest(), clock: ManualClock(), keys: [Self.key])
    }

    private init(pool: PostgresPool, clock: ManualClock, keys: [Secret]) throws {
        self.pool = pool
        self.clock = clock
        box = try #require(SecretBox(secrets: keys))
    }

    /// The same on the same database with other keys.
    func with(keys: [Secret]) throws -> AccountStand { try AccountStand(pool: pool, clock: clock, keys: keys) }

    var time: AccountClock {
        AccountClock(now: { clock.date }, uptime: { .milliseconds(clock.milliseconds) })
    }

    var postbox: Postbox { Postbox(box: box, links: AccountLinks(base: "https://app.example.com")) }
    var queue: LetterQueue { .postgres(pool) }

    private func care(confirmsAddresses: Bool = false) -> AccountCare {
        AccountCare(
            stores: .postgres(pool),
            hasher: hasher,
            box: box,
            links: AccountLinks(base: "https://app.example.com"),
            confirmsAddresses: confirmsAddresses,
            clock: time
        )
    }

    var secondFactor: SecondFactor { care().secondFactor }
    var registration: Registration { care().registration }
    var reset: PasswordReset { care().reset }
    var owner: OwnerCheck { care().owner }

    func profiles(confirmsAddresses: Bool = false) -> Profiles { care(confirmsAddresses: confirmsAddresses).profiles }

    /// An account with ``password``.
    func addUser(_ email: String) async throws -> UUID {
        let hash = try await hasher.hash(try #require(Password(Self.password)))
        let rows = try await pool.query(
            "INSERT INTO users (email, password_hash) VALUES (\(email), \(hash)) RETURNING id"
        )
        return try #require(rows.first).decode("id")
    }

    /// A session of the user, begun now.
    func addSession(_ userID: UUID) async throws -> UUID {
        let (now, end) = (clock.date, clock.date.addingTimeInterval(600_000))
        let rows = try await pool.query(
            """
            INSERT INTO sessions (user_id, device_hash, hints_hash, ip_address, created_at, last_used_at, expires_at)
            VALUES (\(userID), '\\x01', '\\x02', '203.0.113.9', \(now), \(now), \(end)) RETURNING id
            """
        )
        return try #require(rows.first).decode("id")
    }

    /// Whether the account's password is this one.
    func isPassword(_ text: String, of userID: UUID) async throws -> Bool {
        let row = try #require(try await pool.query("SELECT password_hash FROM users WHERE id = \(userID)").first)
        return try await hasher.check(try #require(Password(text)), against: row.decode("password_hash")) == .right
    }

    func code(_ password: OneTimePassword) -> String { password.code(at: OneTimePassword.step(at: clock.date)) }

    func number(_ query: PostgresQuery) async throws -> Int {
        try #require(try await pool.query(query).first).decode(at: 0)
    }

    /// What waits to be sent, oldest first.
    func waiting() async throws -> [Letter] {
        try await pool.query("SELECT key, payload FROM mail_outbox WHERE payload IS NOT NULL ORDER BY created_at, key")
            .map { try #require(postbox.open(try $0.decode("payload"), key: try $0.decode("key"))) }
    }

    func letters() async throws -> [Letter.Occasion] { try await waiting().map(\.occasion) }

    /// The token in the link of the only letter of an occasion to an address.
    func token(_ occasion: Letter.Occasion, to address: String) async throws -> String {
        let letter = try #require(try await waiting().last { $0.occasion == occasion && $0.recipient == address })
        let link = try #require(letter.values["link"])
        #expect(link.hasPrefix("https://app.example.com/account#"))
        return String(link.drop { $0 != "=" }.dropFirst())
    }

    /// Every row of every table as text.
    func dump() async throws -> String {
        let tables = try await pool.query(
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        var text = ""
        for table in tables {
            let name: String = try table.decode("name")
            let rows = try await pool.query(
                "SELECT coalesce(string_agg(t::text, chr(10)), '') AS rows FROM \(unescaped: name) AS t"
            )
            text += try #require(rows.first).decode("rows", as: String.self) + "\n"
        }
        return text
    }
}

/// Reads Base32 back, as an authenticator app does.
enum Base32 {
    static func decode(_ text: String) -> [UInt8]? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (pending, bits, bytes) = (UInt32(0), 0, [UInt8]())
        for character in text {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            pending = pending << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
            }
        }
        return bytes
    }
}
