package import Accounts
import Foundation
package import Postgres

extension OwnerStore {
    /// Password hashes of the table `users`, and when the owner of a row of `sessions` last showed who they are.
    package static func postgres(_ pool: PostgresPool) -> OwnerStore {
        OwnerStore(
            passwordHash: { userID in
                try await pool.query("SELECT password_hash FROM users WHERE id = \(userID)").first
                    .map { Secret(try $0.decode("password_hash")) }
            },
            confirmedAt: { sessionID in
                try await pool.query(
                    """
                    SELECT greatest(created_at, confirmed_at) AS confirmed_at FROM sessions
                    WHERE id = \(sessionID) AND ended_at IS NULL
                    """
                ).first?.decode("confirmed_at")
            },
            confirm: { sessionID, now, entry in
                try await pool.withTransaction { connection in
                    try await connection.execute("UPDATE sessions SET confirmed_at = \(now) WHERE id = \(sessionID)")
                    try await connection.record(entry)
                }
            }
        )
    }
}
