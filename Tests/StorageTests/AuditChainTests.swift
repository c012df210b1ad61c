import Accounts
import Foundation
import Postgres
import Storage
import TestKit
import Testing

@Suite("The audit chain", .database, .timeLimit(.minutes(5)))
struct AuditChainTests {
    private let pool: PostgresPool
    private let log: AuditLog
    private let trail: AuditTrail
    private let origin = RequestOrigin(address: "203.0.113.9", userAgent: "A phone \u{1F4F1}, 1:2,3")

    init() throws {
        pool = try PostgresPool.ofTest()
        log = .postgres(pool)
        trail = .postgres(pool)
    }

    private func user(_ email: String) async throws -> UUID {
        let rows = try await pool.query(
            "INSERT INTO users (email, password_hash) VALUES (\(email), 'none') RETURNING id"
        )
        return try #require(try rows.first?.decode("id"))
    }

    /// Entries with and without a user, an agent and metadata.
    private func record(_ count: Int, by user: UUID? = nil) async throws {
        for index in 0..<count {
            try await log.record(
                AuditEntry(
                    .loginFailed,
                    userID: index.isMultiple(of: 2) ? user : nil,
                    origin: index.isMultiple(of: 3) ? RequestOrigin(address: "2001:db8::7", userAgent: nil) : origin,
                    metadata: index.isMultiple(of: 5) ? [:] : ["count": "\(index)", "text": "a \"quoted\" \u{E9}"]
                )
            )
        }
    }

    /// What only somebody with more rights than the program's can do.
    private func tamper(_ statements: String...) async throws {
        try await pool.execute("ALTER TABLE audit_logs DISABLE TRIGGER USER")
        for statement in statements { try await pool.execute(PostgresQuery(unescaped: statement)) }
        try await pool.execute("ALTER TABLE audit_logs ENABLE TRIGGER USER")
    }

    private func id(of sequence: Int) async throws -> String {
        let rows = try await pool.query("SELECT id::text AS id FROM audit_logs WHERE sequence = \(sequence)")
        return try #require(try rows.first?.decode("id"))
    }

    private func fault(anchors: [AuditHead] = []) async throws -> AuditFault? {
        try await trail.verify(anchors: anchors).fault
    }

    @Test("What was written verifies, entry by entry, to its head")
    func whole() async throws {
        #expect(try await trail.verify(anchors: []) == (AuditHead.empty, nil))
        try await record(30, by: user("jane@example.com"))
        let (verified, fault) = try await trail.verify(anchors: [])
        #expect(fault == nil && verified.sequence == 30)
        #expect(try await trail.head() == verified)
    }

    @Test(
        "Any change of an entry is found, and named",
        arguments: [
            "action = 'login.succeeded'", "ip_address = '203.0.113.10'", "ip_address = '203.0.113.9/31'",
            "user_agent = NULL", "user_agent = 'another'", "metadata = NULL", "metadata = '{\"count\": \"8\"}'",
            "created_at = created_at + interval '1 microsecond'", "subject = sha256('x')", "id = gen_random_uuid()",
            "hash = sha256('x')", "previous_hash = sha256('x')",
        ]
    )
    func altered(change: String) async throws {
        try await record(12, by: user("jane@example.com"))
        // The eighth has a user's address, an agent and metadata.
        try await tamper("UPDATE audit_logs SET \(change) WHERE sequence = 8")
        #expect(try await fault() == .altered(sequence: 8, id: id(of: 8)))
    }

    @Test("A change with a new hash to fit it is found by the next entry, and in the last one by the head")
    func rehashed() async throws {
        try await record(6)
        let rehash = "UPDATE audit_logs SET hash = audit_hash(audit_logs) WHERE sequence ="
        try await tamper("UPDATE audit_logs SET action = 'x' WHERE sequence = 6", "\(rehash) 6")
        #expect(try await fault() == .altered(sequence: 6, id: id(of: 6)))
        try await tamper("UPDATE audit_logs SET action = 'x' WHERE sequence = 3", "\(rehash) 3")
        #expect(try await fault() == .altered(sequence: 3, id: id(of: 3)))
    }

    @Test(
        "Entries that were taken out, cut off or put in are found",
        arguments: [
            ("DELETE FROM audit_logs WHERE sequence = 4", AuditFault.missing(sequence: 4)),
            ("DELETE FROM audit_logs WHERE sequence <= 2", .missing(sequence: 1)),
            ("DELETE FROM audit_logs WHERE sequence >= 9", .cut(sequence: 9, last: 10)),
            ("DELETE FROM audit_logs", .cut(sequence: 1, last: 10)),
            ("TRUNCATE audit_logs", .cut(sequence: 1, last: 10)),
        ]
    )
    func removed(statement: String, expected: AuditFault) async throws {
        try await record(10)
        try await tamper(statement)
        #expect(try await fault() == expected)
    }

    @Test("An entry that went past the chain is named")
    func inserted() async throws {
        try await record(3)
        try await tamper("INSERT INTO audit_logs (action, ip_address) VALUES ('login.succeeded', '203.0.113.1')")
        let rows = try await pool.query("SELECT id::text AS id FROM audit_logs WHERE sequence IS NULL")
        let stray: String = try #require(try rows.first?.decode("id"))
        #expect(try await fault() == .inserted(id: stray))
    }

    @Test("Whoever cuts the end and mends the head, or writes all of it anew, is told by a head noted elsewhere")
    func anchors() async throws {
        try await record(10)
        let noted = try await trail.head()
        try await record(2)
        #expect(try await fault(anchors: [noted]) == nil)
        try await tamper(
            "DELETE FROM audit_logs WHERE sequence > 7",
            """
            UPDATE audit_head SET (sequence, hash) = (SELECT sequence, hash FROM audit_logs WHERE sequence = 7)
            """
        )
        #expect(try await fault() == nil)
        #expect(try await fault(anchors: [noted]) == .cut(sequence: 8, last: 10))
        try await record(5)
        #expect(try await fault(anchors: [noted]) == .rewritten(sequence: 10))
    }

    @Test("An erased account leaves its entries without a name, and they verify; nothing leads from them to its id")
    func erasure() async throws {
        let jane = try await user("jane@example.com")
        try await record(10, by: jane)
        try await pool.execute("DELETE FROM users WHERE id = \(jane)")
        #expect(try await fault() == nil)
        let rows = try await pool.query(
            "SELECT count(DISTINCT subject) AS subjects, count(user_id) AS named, max(encode(subject, 'hex')) AS subject FROM audit_logs"
        )
        #expect(try rows.first?.decode("subjects", as: Int.self) == 1)
        #expect(try rows.first?.decode("named", as: Int.self) == 0)
        let unsalted = try await pool.query("SELECT encode(sha256(uuid_send(\(jane)::uuid)), 'hex') AS hash")
        #expect(try rows.first?.decode("subject", as: String.self) != unsalted.first?.decode("hash", as: String.self))
    }

    @Test("An entry that bears another's name, or lost its own while the account is there, is named")
    func renamed() async throws {
        let jane = try await user("jane@example.com")
        let joe = try await user("joe@example.com")
        try await record(10, by: jane)
        try await tamper("UPDATE audit_logs SET user_id = '\(joe)' WHERE sequence = 3")
        #expect(try await fault() == .renamed(sequence: 3, id: id(of: 3)))
        try await tamper("UPDATE audit_logs SET user_id = NULL WHERE sequence = 3")
        #expect(try await fault() == .renamed(sequence: 3, id: id(of: 3)))
        try await tamper("UPDATE audit_logs SET user_id = '\(joe)' WHERE sequence = 2")
        #expect(try await fault() == .renamed(sequence: 2, id: id(of: 2)))
    }

    @Test(
        "The program's own role changes nothing",
        arguments: [
            "UPDATE audit_logs SET action = 'x'", "UPDATE audit_logs SET sequence = 99, hash = hash",
            "UPDATE audit_logs SET user_id = gen_random_uuid()", "DELETE FROM audit_logs", "TRUNCATE audit_logs",
        ]
    )
    func refused(statement: String) async throws {
        try await record(2)
        #expect(await pool.refusal(of: statement) == "audit_logs_append_only")
        #expect(try await fault() == nil)
    }

    @Test("What a writer says of the chain itself counts for nothing")
    func forged() async throws {
        try await record(1)
        try await pool.execute(
            """
            INSERT INTO audit_logs (action, ip_address, sequence, previous_hash, hash, subject)
            VALUES ('x', '203.0.113.1', 77, sha256('a'), sha256('b'), sha256('c'))
            """
        )
        #expect(try await fault() == nil)
        #expect(try await trail.head().sequence == 2)
    }

    @Test("200 writers at once make one chain, also when some of them roll back")
    func concurrency() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    guard index.isMultiple(of: 10) else {
                        return try await log.record(AuditEntry(.loginFailed, userID: nil, origin: origin))
                    }
                    struct Undone: Error {}
                    do {
                        try await pool.withTransaction { connection in
                            try await connection.execute(
                                "INSERT INTO audit_logs (action, ip_address) VALUES ('undone', '203.0.113.1')"
                            )
                            throw Undone()
                        }
                    } catch is Undone {}
                }
            }
            try await group.waitForAll()
        }
        let (verified, fault) = try await trail.verify(anchors: [])
        #expect(fault == nil && verified.sequence == 180)
    }

    @Test("Two entries of one transaction stand in their order, and a user made in it is named")
    func oneTransaction() async throws {
        let id = UUID()
        try await pool.withTransaction { connection in
            try await connection.execute(
                "INSERT INTO users (id, email, password_hash) VALUES (\(id), 'a@b.co', 'none')"
            )
            for action in ["first", "second"] {
                try await connection.execute(
                    "INSERT INTO audit_logs (user_id, action, ip_address) VALUES (\(id), \(action), '203.0.113.1')"
                )
            }
        }
        let rows = try await pool.query(
            "SELECT action, subject IS NOT NULL AS is_named FROM audit_logs ORDER BY sequence"
        )
        #expect(try rows.map { try $0.decode("action", as: String.self) } == ["first", "second"])
        #expect(try rows.allSatisfy { try $0.decode("is_named") })
        #expect(try await fault() == nil)
    }

    @Test("Entries of before the chain are chained by the migration")
    func migration() async throws {
        let migrations = try SchemaMigrations.all()
        let chain = try #require(migrations.first { $0.name == "audit_chain" })
        try await ThrowawayDatabase.run(migrations: migrations.filter { $0.number < chain.number }) { pool in
            try await pool.execute(
                """
                WITH jane AS (INSERT INTO users (email, password_hash) VALUES ('jane@example.com', 'none') RETURNING id)
                INSERT INTO audit_logs (user_id, action, ip_address, created_at)
                SELECT id, 'login.failed', '203.0.113.1', now() - make_interval(secs => day) FROM jane, generate_series(1, 50) AS day
                """
            )
            try await Migrator(migrations: migrations, logger: ThrowawayCluster.logger).apply(on: pool)
            let (verified, fault) = try await AuditTrail.postgres(pool).verify(anchors: [])
            #expect(fault == nil && verified.sequence == 50)
            #expect(await pool.refusal(of: "DELETE FROM audit_logs") == "audit_logs_append_only")
        }
    }
}
