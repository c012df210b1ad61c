/// What the server reported about a statement that failed.
///
/// `message`, `detail` and `hint` can quote the values of the statement; they are for code that decides, and stay out
/// of the description, which goes to logs.
package struct PostgresServerFailure: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package var sqlState: SQLState
    /// `ERROR`, `FATAL` or `PANIC`, untranslated.
    package var severity: String
    package var message: String
    package var detail: String?
    package var hint: String?
    package var schema: String?
    package var table: String?
    package var column: String?
    package var constraint: String?
    /// Where in the statement's text, in characters, counted from 1.
    package var position: Int?
    /// The server's C function that reported it: unlike the message, it is never translated.
    var function: String?

    package var description: String {
        let places = [("table", table), ("column", column), ("constraint", constraint)]
            .compactMap { name, value in value.map { "\(name) \($0)" } }
        return (["SQLSTATE \(sqlState)"] + places).joined(separator: ", ")
    }

    package var debugDescription: String { description }

    /// A prepared statement whose result columns changed since it was prepared, by a migration for example.
    var isStalePlan: Bool { sqlState == .featureNotSupported && function == "RevalidateCachedQuery" }
}
