import Foundation
import Postgres

/// Everything that is kept about an account, as one JSON document.
///
/// What belongs to an account is asked of the schema, not listed here: every table that refers to `users`, every column
/// of it. So nothing that is added later is forgotten. Left out is only what proves something to us and would tell the
/// reader nothing: hashes, sealed secrets, and all binary columns.
enum AccountExport {
    /// Columns that are no hash in binary form, and still no reading for anybody.
    static let withheld: Set<String> = [
        "password_hash", "totp_secret", "token_hash", "code_hash", "fingerprint_hash", "payload", "topic",
    ]

    /// The document; nil when there is no such account.
    ///
    /// The connection is in a transaction that sees one moment of everything.
    static func document(of userID: UUID, on connection: PostgresConnection) async throws -> String? {
        var sections: [String] = []
        for table in try await tables(on: connection) {
            guard let rows = try await connection.query(table.query(userID)).first else { continue }
            let text: String = try rows.decode(at: 0)
            if table.isAccount, text == "[]" { return nil }
            sections.append("\"\(camelCase(table.name))\":\(text)")
        }
        return "{" + sections.joined(separator: ",") + "}"
    }

    /// `users` and all tables that refer to it, with their columns in order.
    static func tables(on connection: PostgresConnection) async throws -> [Table] {
        let rows = try await connection.query(
            """
            WITH owned AS (
                SELECT conrelid AS relation, conkey[1] AS owner FROM pg_constraint
                WHERE contype = 'f' AND confrelid = 'users'::regclass AND array_length(conkey, 1) = 1
                UNION ALL
                SELECT attrelid, attnum FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'id'
            )
            SELECT relation::regclass::text AS table, owner.attname AS owner, col.attname AS column,
                format_type(coalesce(nullif(typbasetype, 0), col.atttypid), NULL) AS type
            FROM owned
            JOIN pg_attribute AS owner ON owner.attrelid = relation AND owner.attnum = owned.owner
            JOIN pg_attribute AS col ON col.attrelid = relation AND col.attnum > 0 AND NOT col.attisdropped
            JOIN pg_type ON pg_type.oid = col.atttypid
            ORDER BY relation <> 'users'::regclass, relation::regclass::text, col.attnum
            """
        )
        var tables: [Table] = []
        for row in rows {
            let name: String = try row.decode("table")
            if tables.last?.name != name { tables.append(Table(name: name, owner: try row.decode("owner"))) }
            tables[tables.count - 1].columns.append((try row.decode("column"), try row.decode("type")))
        }
        return tables
    }

    /// A table of which some rows belong to an account.
    struct Table {
        let name: String
        /// The column that says whose a row is.
        let owner: String
        var columns: [(name: String, type: String)] = []

        var isAccount: Bool { name == "users" }

        var shown: [(name: String, type: String)] {
            columns.filter { !AccountExport.withheld.contains($0.name) && $0.type != "bytea" && $0.name != "user_id" }
        }

        /// All rows of the user as one JSON array in a text.
        ///
        /// The names come from the catalogue of our own schema, and none needs quotes.
        func query(_ userID: UUID) -> PostgresQuery {
            let members = shown.map { "'\(AccountExport.camelCase($0.name))', \(Self.value($0.name, $0.type))" }
            let order = columns.contains { $0.name == "created_at" } ? " ORDER BY created_at" : ""
            return """
                SELECT coalesce(json_agg(json_build_object(\(unescaped: members.joined(separator: ", ")))\
                \(unescaped: order)), '[]')::text
                FROM \(unescaped: name) WHERE \(unescaped: owner) = \(userID)
                """
        }

        /// Exact numbers as strings, instants in UTC with milliseconds, as everywhere in the interface.
        private static func value(_ column: String, _ type: String) -> String {
            switch type {
            case "numeric": "trim_scale(\(column))::text"
            case "timestamp with time zone":
                "to_char(\(column) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
            default: column
            }
        }
    }

    /// `created_at` is `createdAt`.
    static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        return words.dropFirst().reduce(String(words.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }
}
