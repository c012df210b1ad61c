/// One row of an answer; columns are found by name.
package struct PostgresRow: Sendable {
    let result: PostgresResult
    let index: Int

    /// The columns' names, in the statement's order.
    package var columns: [String] { result.columns }

    /// The value of a column; of the first one, when several have the name.
    ///
    /// - Throws: ``PostgresError/decoding(column:type:problem:)``.
    package func decode<T: PostgresDecodable>(
        _ column: String,
        as type: T.Type = T.self
    ) throws(PostgresError) -> T {
        guard let position = result.position(of: column) else {
            throw .decoding(column: column, type: "\(T.self)", problem: .noSuchColumn)
        }
        return try decode(position, named: column)
    }

    /// The value of a column by its position, counted from 0.
    ///
    /// - Throws: ``PostgresError/decoding(column:type:problem:)``.
    package func decode<T: PostgresDecodable>(at position: Int, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard result.columns.indices.contains(position) else {
            throw .decoding(column: "#\(position)", type: "\(T.self)", problem: .noSuchColumn)
        }
        return try decode(position, named: result.columns[position])
    }

    private func decode<T: PostgresDecodable>(_ position: Int, named column: String) throws(PostgresError) -> T {
        guard let text = result.text(row: index, column: position) else {
            guard let null = T.postgresNull else {
                throw .decoding(column: column, type: "\(T.self)", problem: .null)
            }
            return null
        }
        guard let value = T(postgresText: text) else {
            throw .decoding(column: column, type: "\(T.self)", problem: .malformed)
        }
        return value
    }
}
