/// A statement and the values bound to it.
///
/// Interpolated values never become part of the text: `"SELECT … WHERE id = \(id)"` is sent as `… WHERE id = $1` with
/// the value beside it. Write names that are part of the program, and nothing else, as `\(unescaped: table)`.
package struct PostgresQuery: Sendable, ExpressibleByStringInterpolation {
    /// The statement's text, with `$1`, `$2`, … for the values.
    package private(set) var sql: String
    /// The values, in the text format: each ends in a NUL byte.
    var parameters = BoundParameters()

    package init(stringLiteral value: String) { sql = value }

    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.query }

    /// A statement whose text is trusted, with values for its `$1`, `$2`, ….
    package init(unescaped sql: String, _ values: [any PostgresEncodable] = []) {
        self.sql = sql
        for value in values { parameters.append(value.postgresValue) }
    }

    package struct StringInterpolation: StringInterpolationProtocol, Sendable {
        fileprivate var query = PostgresQuery(stringLiteral: "")

        package init(literalCapacity: Int, interpolationCount: Int) {
            query.sql.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        package mutating func appendLiteral(_ literal: String) { query.sql += literal }

        package mutating func appendInterpolation(_ value: some PostgresEncodable) {
            query.parameters.append(value.postgresValue)
            query.sql += "$\(query.parameters.count)"
        }

        package mutating func appendInterpolation(unescaped name: String) { query.sql += name }
    }
}
