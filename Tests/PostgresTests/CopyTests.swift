import Postgres
import Synchronization
import TestKit
import Testing

@Suite("COPY", .serialized, .timeLimit(.minutes(3)))
struct CopyTests {
    static let odd = [
        "plain", "", "\\N", "\\.", "tab\tnewline\nreturn\rback\\slash", "\u{1F680} 漢字", "NULL", "\\x41", "a\u{b}b\u{c}",
    ]

    @Test("100,000 rows of odd text, numbers and nothing arrive as they left")
    func many() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.execute("CREATE TABLE t (id int8 PRIMARY KEY, text text, price numeric(38,18), note text)")
            let rows = GeneratedRows(numbers: 0..<100_000) { n in
                [n, Self.odd[n % Self.odd.count], "\(n).000000000000000001", n % 3 == 0 ? nil : "note"]
            }
            let written = try await pool.withConnection {
                try await $0.copy(into: "t", columns: ["id", "text", "price", "note"], rows: rows)
            }
            #expect(written == 100_000)
            let summary = try await pool.query(
                """
                SELECT count(*)::int8 AS rows, sum(price)::text AS sum, count(note)::int8 AS notes,
                    count(*) FILTER (WHERE text = (\(Self.odd)::text[])[id % \(Self.odd.count)::int8 + 1])::int8 AS same
                FROM t
                """
            )[0]
            #expect(try summary.decode("rows", as: Int.self) == 100_000)
            #expect(try summary.decode("same", as: Int.self) == 100_000)
            #expect(try summary.decode("notes", as: Int.self) == 66_666)
            #expect(try summary.decode("sum", as: String.self) == "4999950000.000000000000100000")
        }
    }

    @Test("A row the server refuses leaves the table as it was, and the connection in order")
    func refused() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.execute("CREATE TABLE t (id int8 CONSTRAINT positive CHECK (id > 0))")
            try await pool.withConnection { connection async throws -> Void in
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.copy(
                        into: "t",
                        columns: ["id"],
                        rows: GeneratedRows(numbers: 1..<200_000) { [$0 == 10 ? -1 : $0] }
                    )
                }
                #expect(error?.constraint == "positive")
                #expect(try await connection.query("SELECT id FROM t").isEmpty)
                let unknown = await #expect(throws: PostgresError.self) {
                    try await connection.copy(into: "t", columns: ["no\"such"], rows: [[1]])
                }
                #expect(unknown?.sqlState?.rawValue == "42703")
                await #expect(throws: PostgresError.self) {
                    try await connection.copy(into: "t", columns: ["id"], rows: [[1], [1, 2]])
                }
                #expect(try await connection.copy(into: "t", columns: ["id"], rows: [[1], [2]]) == 2)
                #expect(try await connection.copy(into: "t", columns: ["id"], rows: []) == 0)
            }
        }
    }

    @Test("Inside a transaction a COPY stands or falls with it")
    func insideTransaction() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.execute("CREATE TABLE t (id int8)")
            struct Refused: Error {}
            await #expect(throws: Refused.self) {
                try await pool.withTransaction { connection in
                    try await connection.copy(into: "t", columns: ["id"], rows: [[1]])
                    throw Refused()
                }
            }
            try await pool.withTransaction { connection in
                try await connection.copy(into: "t", columns: ["id"], rows: [[2]])
            }
            #expect(try await pool.query("SELECT id FROM t").map { try $0.decode("id", as: Int.self) } == [2])
        }
    }

    @Test("Rows are taken no faster than the server takes them")
    func backpressure() async throws {
        try await ThrowawayDatabase.run { pool in
            try await pool.execute("CREATE TABLE t (text text)")
            let text = String(repeating: "x", count: 10_000)
            let produced = Counter()
            let locked = AsyncStream.makeStream(of: Void.self)
            let release = AsyncStream.makeStream(of: Void.self)
            async let locking: Void = pool.withTransaction { connection in
                try await connection.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
                locked.continuation.finish()
                for await _ in release.stream {}
            }
            for await _ in locked.stream {}
            let copy = Task {
                try await pool.withConnection {
                    try await $0.copy(
                        into: "t",
                        columns: ["text"],
                        rows: GeneratedRows(numbers: 0..<5000) { _ in
                            produced.increment()
                            return [text]
                        }
                    )
                }
            }
            try await eventually("the COPY waits for the lock") {
                let rows = try await pool.query("SELECT FROM pg_locks WHERE NOT granted AND relation = 't'::regclass")
                return rows.count == 1
            }
            // 50 MB in all; nothing of it is held in our memory while the server cannot take it.
            #expect(produced.value == 0)
            release.continuation.finish()
            try await locking
            #expect(try await copy.value == 5000)
        }
    }
}

/// Rows that are made when they are asked for.
struct GeneratedRows: Sequence, Sendable {
    let numbers: Range<Int>
    let row: @Sendable (Int) -> [any PostgresEncodable]

    func makeIterator() -> AnyIterator<[any PostgresEncodable]> {
        var rest = numbers
        return AnyIterator { rest.popFirst().map(row) }
    }
}

final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func increment() { count.add(1, ordering: .relaxed) }
}
