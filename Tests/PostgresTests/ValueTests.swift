import Foundation
import Postgres
import TestKit
import Testing

@Suite("Values on the wire", .serialized)
struct ValueTests {
    /// A value, the server's type for it, and that they come back as they went.
    struct RoundTrip: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let check: @Sendable (PostgresPool) async throws -> Void

        init<T: PostgresEncodable & PostgresDecodable & Equatable & Sendable>(_ value: T, _ type: String) {
            testDescription = "\(value) as \(type)"
            check = { pool in
                let row = try await pool.query("SELECT \(value)::\(unescaped: type) AS value")[0]
                #expect(try row.decode("value", as: T.self) == value)
            }
        }
    }

    static let roundTrips: [RoundTrip] = [
        RoundTrip("", "text"), RoundTrip("naïve \u{1F680} 漢字 e\u{301}", "text"),
        RoundTrip("quote ' double \" back \\ slash $1 %s \u{7f} \r\n\t", "text"),
        RoundTrip(String(repeating: "x", count: 300_000), "text"),
        RoundTrip(true, "bool"), RoundTrip(false, "bool"),
        RoundTrip(Int.max, "int8"), RoundTrip(Int.min, "int8"), RoundTrip(Int64(-1), "int8"),
        RoundTrip(Int32.min, "int4"), RoundTrip(Int16.max, "int2"),
        RoundTrip(0.1, "float8"), RoundTrip(-Double.leastNonzeroMagnitude, "float8"),
        RoundTrip(1.7976931348623157e308, "float8"),
        RoundTrip(Double.infinity, "float8"), RoundTrip(-Double.infinity, "float8"),
        RoundTrip(Float(3.4e38), "float4"),
        RoundTrip("12345678901234567890.123456789012345678", "numeric(38,18)"),
        RoundTrip(UUID(), "uuid"),
        RoundTrip([UInt8](0...255), "bytea"), RoundTrip([UInt8](), "bytea"),
        RoundTrip(Date(timeIntervalSince1970: 1_700_000_000.123456), "timestamptz"),
        RoundTrip(Date(timeIntervalSince1970: -0.000001), "timestamptz"),
        RoundTrip(Date(timeIntervalSince1970: 0), "timestamptz"),
        RoundTrip(Date(timeIntervalSince1970: 253_402_300_799), "timestamptz"),
        RoundTrip(Date(timeIntervalSince1970: -62_135_596_801), "timestamptz"),
        RoundTrip(["a", "", "NULL", "with,comma", "{brace}", "quote\"", "back\\slash", "漢"], "text[]"),
        RoundTrip([String](), "text[]"), RoundTrip([Int.max, 0, Int.min], "int8[]"),
        RoundTrip(["a", nil, ""] as [String?], "text[]"), RoundTrip([1.5, -0.25], "float8[]"),
        RoundTrip([true, false], "bool[]"), RoundTrip(["1.10", "2"], "numeric[]"),
        RoundTrip(nil as String?, "text"), RoundTrip(7 as Int?, "int8"), RoundTrip(nil as [Int]?, "int8[]"),
    ]

    @Test("A value comes back as it went")
    func roundTrips() async throws {
        try await ThrowawayDatabase.run { pool in
            for trip in Self.roundTrips {
                await #expect(throws: Never.self, "\(trip.testDescription)") { try await trip.check(pool) }
            }
        }
    }

    @Test("Any string without U+0000 comes back as it went, alone, in an array and through COPY")
    func anyString() async throws {
        var random = SeededGenerator(seed: 20_240_105)
        let strings = (0..<400).map { _ in random.string() }
        try await ThrowawayDatabase.run { pool in
            let whole = try await pool.query("SELECT \(strings)::text[] AS all")[0]
            #expect(try whole.decode("all", as: [String].self).map { Array($0.utf8) } == strings.map { Array($0.utf8) })
            try await pool.execute("CREATE TABLE texts (id int8 PRIMARY KEY, text text)")
            try await pool.withConnection { connection in
                try await connection.copy(
                    into: "texts",
                    columns: ["id", "text"],
                    rows: strings.enumerated().map { [$0.offset, $0.element] }
                )
                let rows = try await connection.query("SELECT text FROM texts ORDER BY id")
                #expect(rows.count == strings.count)
                for (row, string) in zip(rows, strings) {
                    #expect(Array(try row.decode("text", as: String.self).utf8) == Array(string.utf8))
                    let alone = try await connection.query("SELECT \(string) AS text")[0]
                    #expect(Array(try alone.decode("text", as: String.self).utf8) == Array(string.utf8))
                }
            }
        }
    }

    @Test(
        "The server's own spelling of an instant is read",
        arguments: [
            ("2024-02-29 12:34:56+00", 1_709_210_096.0), ("2024-02-29 12:34:56.5+05:30", 1_709_190_296.5),
            ("1969-12-31 23:59:59.999999+00", -0.000001), ("2024-02-29", 1_709_164_800),
            ("0001-01-01 00:00:00+00", -62_135_596_800), ("0001-12-31 00:00:00+00 BC", -62_135_683_200),
            ("1890-01-01 00:00:00-00:25:21", -2_524_520_079),
        ]
    )
    func instants(text: String, seconds: Double) {
        #expect(Date(postgresText: text) == Date(timeIntervalSince1970: seconds))
    }

    @Test(
        "What is no instant is refused",
        arguments: [
            "", "2024", "2024-13-01", "2024-02-29 12:34", "2024-02-29 12:34:56+00 x", "2024-02-29 12:34:56.+00",
            "2024-02-29T12:34:56Z", "٢٠٢٤-01-01", "-2024-01-01",
        ]
    )
    func brokenInstants(text: String) { #expect(Date(postgresText: text) == nil) }

    @Test("Every day of eight centuries has its number")
    func days() {
        var expected = CivilDate(year: 1600, month: 1, day: 1).daysSinceEpoch
        #expect(expected == -135_140)
        for year in 1600..<2400 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...length {
                    let date = CivilDate(year: year, month: index + 1, day: day)
                    guard date.daysSinceEpoch == expected, CivilDate(daysSinceEpoch: expected) == date else {
                        Issue.record("\(date) is day \(date.daysSinceEpoch), not \(expected)")
                        return
                    }
                    expected += 1
                }
            }
        }
    }

    @Test("Instants beyond the calendar are the server's infinity; one that is no number is refused")
    func infinity() async throws {
        try await ThrowawayDatabase.run { pool in
            let row = try await pool.query(
                "SELECT \(Date(timeIntervalSince1970: 1e15))::timestamptz::text AS late, 'infinity'::timestamptz AS end"
            )[0]
            #expect(try row.decode("late", as: String.self) == "infinity")
            #expect(try row.decode("end", as: Date.self) == .distantFuture)
            await #expect(throws: PostgresError.encoding(parameter: 1, reason: "the instant is not a number")) {
                try await pool.query("SELECT \(Date(timeIntervalSince1970: .nan))::timestamptz")
            }
        }
    }

    @Test(
        "Text that is no array of one dimension is refused",
        arguments: ["", "{", "{a", "{{1}}", "{\"a}", "{a}b", "a"]
    )
    func brokenArrays(text: String) { #expect([String](postgresText: text) == nil) }

    @Test("Text that is no bytes is refused", arguments: ["", "00", "\\x0", "\\xzz", "\\x00 "])
    func brokenBytes(text: String) { #expect([UInt8](postgresText: text) == nil) }

    @Test("A decoding error names the column, the type and what is wrong")
    func decodingErrors() async throws {
        try await ThrowawayDatabase.run { pool in
            let row = try await pool.query("SELECT 'many' AS count, NULL::int8 AS age, 300 AS small")[0]
            #expect(throws: PostgresError.decoding(column: "count", type: "Int", problem: .malformed)) {
                try row.decode("count", as: Int.self)
            }
            #expect(throws: PostgresError.decoding(column: "age", type: "Int", problem: .null)) {
                try row.decode("age", as: Int.self)
            }
            #expect(throws: PostgresError.decoding(column: "small", type: "UInt8", problem: .malformed)) {
                try row.decode("small", as: UInt8.self)
            }
            #expect(throws: PostgresError.decoding(column: "nothing", type: "Int", problem: .noSuchColumn)) {
                try row.decode("nothing", as: Int.self)
            }
            #expect(throws: PostgresError.decoding(column: "#3", type: "Int", problem: .noSuchColumn)) {
                try row.decode(at: 3, as: Int.self)
            }
            #expect(try row.decode("age", as: Int?.self) == nil)
        }
    }
}

extension SeededGenerator {
    /// Up to 40 characters from the parts of Unicode where mistakes are made.
    mutating func string() -> String {
        let ranges: [ClosedRange<UInt32>] = [
            1...0x1f, 0x20...0x7e, 0x5c...0x5c, 0x22...0x27, 0x7b...0x7d, 0x80...0x7ff, 0x2028...0x202e,
            0xe000...0xffff, 0x10000...0x10ffff,
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...40, using: &self) {
            let range = ranges[Int.random(in: 0..<ranges.count, using: &self)]
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &self)) { text.append(scalar) }
        }
        return String(text)
    }
}
