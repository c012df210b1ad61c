import CLibPQ

extension PostgresConnection {
    /// What is handed to the socket at once: large enough to matter, small enough to hold.
    private static let copyChunk = 64 * 1024

    /// Writes rows into a table with COPY, the fastest way in: all of them or, on any failure, none.
    ///
    /// Rows are taken only as fast as the server takes them, so a lazy sequence of any length needs little memory.
    ///
    /// `table`: the table's name, and `columns` the names of the columns that each row's values are for.
    /// `timeout`: the time allowed for all of it.
    /// Returns the rows written.
    /// Throws ``PostgresError``.
    @discardableResult
    package func copy<Rows: Sequence>(
        into table: String,
        columns: [String],
        rows: sending Rows,
        timeout: Duration = .seconds(60)
    ) async throws -> Int where Rows.Element == [any PostgresEncodable] {
        let names = columns.map(PostgresIdentifier.quoted).joined(separator: ", ")
        let statement = "COPY \(PostgresIdentifier.quoted(table)) (\(names)) FROM STDIN"
        return try await withSession(timeout: timeout) {
            guard PQsendQuery(self.libpq, statement) == 1 else { throw self.lost().asUnsent }
            try await self.flushDirect()
            _ = try await self.directResults()
            // A failure among the rows ends the COPY with the session's turn: the server undoes what it has got.
            try await self.send(rows, width: columns.count)
            guard self.endRows() else { throw self.lost() }
            try await self.flushDirect()
            return try await self.directResults().last?.affected ?? 0
        }
    }

    private func send<Rows: Sequence>(
        _ rows: Rows,
        width: Int
    ) async throws where Rows.Element == [any PostgresEncodable] {
        var encoder = CopyEncoder()
        for row in rows {
            guard row.count == width else {
                throw PostgresError.encoding(parameter: row.count, reason: "a row has not \(width) values")
            }
            try encoder.append(row)
            if encoder.bytes.count >= Self.copyChunk { try await put(&encoder) }
        }
        try await put(&encoder)
    }

    private func put(_ encoder: inout CopyEncoder) async throws {
        try checkSession()
        guard PQputCopyData(libpq, encoder.bytes, Int32(encoder.bytes.count)) == 1 else { throw lost() }
        encoder.removeAll()
        try await flushDirect()
        // A server that takes all at once would never let a request to stop, or its own report, have its turn.
        await Task.yield()
    }
}

/// Names of tables and columns in a statement's text.
package enum PostgresIdentifier {
    /// The name in quotes, so that it is taken as it is.
    package static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
