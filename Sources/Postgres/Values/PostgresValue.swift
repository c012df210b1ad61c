/// A value on its way to the server, in PostgreSQL's text format.
package enum PostgresValue: Hashable, Sendable {
    case null
    case text(String)
    /// Nothing PostgreSQL could store; the sentence says why. The statement fails before it is sent.
    case unencodable(String)
}

/// A type whose values can be bound to a statement or copied into a table.
///
/// The server infers the parameter's type from the statement; where it cannot, write a cast: `\(limit)::int8`.
package protocol PostgresEncodable: Sendable {
    /// The value in the text form the server's type reads.
    var postgresValue: PostgresValue { get }
}

/// A type that can be read from a column, out of PostgreSQL's text format.
package protocol PostgresDecodable: Sendable {
    /// Reads the text, the whole of it, or gives nil.
    init?(postgresText: String)

    /// What NULL reads as; nil where NULL is an error, as it is by default.
    static var postgresNull: Self? { get }
}

extension PostgresDecodable {
    package static var postgresNull: Self? { nil }
}

extension PostgresValue: PostgresEncodable {
    package var postgresValue: PostgresValue { self }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    package var postgresValue: PostgresValue { self?.postgresValue ?? .null }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package init?(postgresText: String) {
        guard let value = Wrapped(postgresText: postgresText) else { return nil }
        self = .some(value)
    }

    package static var postgresNull: Wrapped?? { .some(.none) }
}
