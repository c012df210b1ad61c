package import Accounts
import Foundation
package import Postgres

extension SigningKeyStore {
    /// Keys in the table `signing_keys`.
    package static func postgres(_ pool: PostgresPool) -> SigningKeyStore {
        SigningKeyStore(
            load: { now in
                let query: PostgresQuery =
                    """
                    SELECT id, public_key, sealed_private_key, created_at, signs_from, verifies_until FROM signing_keys
                    WHERE verifies_until IS NULL OR verifies_until > \(now)
                    ORDER BY signs_from, created_at
                    """
                return try await pool.query(query).map(StoredSigningKey.init(row:))
            },
            succeed: { newest, key, end in
                try await pool.withTransaction { try await succeed(newest, key, end, on: $0) }
            },
            revoke: { id, now in
                try await pool.execute("UPDATE signing_keys SET verifies_until = \(now) WHERE id = \(id)") > 0
            }
        )
    }

    private static func succeed(
        _ newest: String?,
        _ key: StoredSigningKey,
        _ end: Date,
        on connection: PostgresConnection
    ) async throws -> Bool {
        // Readers go on reading; a second one who makes a key waits, and then sees this one.
        try await connection.execute("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE")
        let last = try await connection.query(
            """
            SELECT id FROM signing_keys WHERE verifies_until IS NULL OR verifies_until > \(key.createdAt)
            ORDER BY signs_from DESC, created_at DESC LIMIT 1
            """
        )
        guard try last.first?.decode("id", as: String.self) == newest else { return false }
        _ = try await connection.pipeline([
            "UPDATE signing_keys SET verifies_until = \(end) WHERE verifies_until IS NULL",
            """
            INSERT INTO signing_keys (id, public_key, sealed_private_key, created_at, signs_from)
            VALUES (\(key.id), \(key.publicKey), \(key.sealedPrivateKey), \(key.createdAt), \(key.signsFrom))
            """,
            "DELETE FROM signing_keys WHERE verifies_until < \(key.createdAt)",
        ])
        return true
    }
}

extension StoredSigningKey {
    fileprivate init(row: PostgresRow) throws(PostgresError) {
        self.init(
            id: try row.decode("id"),
            publicKey: try row.decode("public_key"),
            sealedPrivateKey: try row.decode("sealed_private_key"),
            createdAt: try row.decode("created_at"),
            signsFrom: try row.decode("signs_from"),
            verifiesUntil: try row.decode("verifies_until")
        )
    }
}
