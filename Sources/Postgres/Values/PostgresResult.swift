import CLibPQ

/// A finished answer of libpq: the rows stay in its memory until the last row is let go.
final class PostgresResult: @unchecked Sendable {  // nothing writes to a finished PGresult, and only deinit frees it
    private let pointer: OpaquePointer
    let columns: [String]
    /// First position of each name; wide enough answers make a search by comparing slow.
    private let positions: [String: Int]

    /// Takes the result over and frees it at the end.
    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        columns = (0..<PQnfields(pointer)).map { PQfname(pointer, $0).map { String(cString: $0) } ?? "" }
        positions = Dictionary(zip(columns, columns.indices)) { first, _ in first }
    }

    deinit { PQclear(pointer) }

    var rows: [PostgresRow] { (0..<Int(PQntuples(pointer))).map { PostgresRow(result: self, index: $0) } }

    /// Rows inserted, changed, deleted, copied or selected; 0 for statements that have none.
    var affected: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// What the server says it did: `INSERT 0 1`, `COMMIT`.
    var command: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }

    func position(of column: String) -> Int? { positions[column] }

    /// The text of a value; nil is NULL.
    func text(row: Int, column: Int) -> String? {
        let row = Int32(truncatingIfNeeded: row)
        let column = Int32(truncatingIfNeeded: column)
        guard PQgetisnull(pointer, row, column) == 0, let value = PQgetvalue(pointer, row, column) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(pointer, row, column)))
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension PostgresServerFailure {
    /// The report in a failed result.
    init(_ result: OpaquePointer) {
        func field(_ code: Int) -> String? {
            PQresultErrorField(result, Int32(truncatingIfNeeded: code)).map { String(cString: $0) }
        }
        self.init(
            sqlState: SQLState(rawValue: field(DiagnosticSQLState) ?? "XX000"),
            severity: field(DiagnosticSeverity) ?? "ERROR",
            message: field(DiagnosticMessage) ?? String(cString: PQresultErrorMessage(result)),
            detail: field(DiagnosticDetail),
            hint: field(DiagnosticHint),
            schema: field(DiagnosticSchema),
            table: field(DiagnosticTable),
            column: field(DiagnosticColumn),
            constraint: field(DiagnosticConstraint),
            position: field(DiagnosticPosition).flatMap { Int($0) },
            function: field(DiagnosticFunction)
        )
    }
}
