package import Accounts
import Crypto
package import Foundation
package import MerkleLog
package import Postgres

extension CheckpointKey {
    /// The key in the table `signal_log_keys`, the same for every process; made where there is none.
    ///
    /// - Throws: ``CheckpointKeyError`` where the stored one was sealed with another `ENCRYPTION_KEY`; the database's
    ///   failure.
    package static func obtain(from pool: PostgresPool, box: SecretBox, at now: Date) async throws -> CheckpointKey {
        let made = Curve25519.Signing.PrivateKey()
        let id = CheckpointKey.id(of: made.publicKey)
        let sealed = try box.seal(Array(made.rawRepresentation), for: .recordKey, of: id)
        let rows = try await pool.withTransaction { connection in
            // A second process that makes one waits, and then sees this one.
            try await connection.execute("LOCK TABLE signal_log_keys IN SHARE ROW EXCLUSIVE MODE")
            try await connection.execute(
                """
                INSERT INTO signal_log_keys (id, public_key, sealed_private_key, created_at)
                SELECT \(id), \(PostgresBytes(made.publicKey.rawRepresentation)), \(sealed), \(now)
                WHERE NOT EXISTS (SELECT FROM signal_log_keys)
                """
            )
            return try await connection.query(
                "SELECT id, sealed_private_key FROM signal_log_keys ORDER BY created_at DESC LIMIT 1"
            )
        }
        guard let row = rows.first else { throw CheckpointKeyError.sealedOtherwise }
        let stored: (text: String, id: String) = (try row.decode("sealed_private_key"), try row.decode("id"))
        guard let bytes = box.open(stored.text, for: .recordKey, of: stored.id),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
        else { throw CheckpointKeyError.sealedOtherwise }
        return CheckpointKey(key)
    }
}

/// Why the record's key cannot be used.
package enum CheckpointKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    case sealedOtherwise

    package var description: String { "the record's key was sealed with another ENCRYPTION_KEY" }
}
