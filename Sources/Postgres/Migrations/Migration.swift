import Crypto
import Foundation

/// One numbered step of the schema, never edited once it has been released.
package struct Migration: Sendable, Hashable {
    /// Its place in the order, from 1, without holes.
    package let number: Int
    package let name: String
    /// Statements separated by semicolons, run in one transaction.
    package let sql: String

    package init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }

    /// A migration in a file called `0001_users.sql`; nil when the file is called otherwise.
    package init?(fileName: String, sql: String) {
        guard let match = fileName.wholeMatch(of: /([0-9]{4})_([a-z0-9_]+)\.sql/), let number = Int(match.1) else {
            return nil
        }
        self.init(number: number, name: String(match.2), sql: sql)
    }

    /// SHA-256 of the text, in hex: what tells a changed migration from the one that was applied.
    package var checksum: String {
        SHA256.hash(data: Data(sql.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
