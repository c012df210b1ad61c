package import Accounts
import Foundation
package import Postgres

extension SecondFactorStore {
    /// Second factors in the tables `users` and `recovery_codes`.
    package static func postgres(_ pool: PostgresPool) -> SecondFactorStore {
        SecondFactorStore(
            find: { userID in
                try await pool.query(
                    "SELECT email, totp_secret, totp_enabled, totp_last_step FROM users WHERE id = \(userID)"
                ).first.map(StoredSecondFactor.init(row:))
            },
            propose: { userID, sealed, entry in try await propose(pool, userID, sealed, entry) },
            enable: { confirmed, hashes, entry in try await enable(pool, confirmed, hashes, entry) },
            disable: { userID, notice, entry in try await disable(pool, userID, notice, entry) },
            spendStep: { try await pool.execute(spending($0)) == 1 },
            spendRecoveryCode: { userID, hash, now, entry in
                try await pool.withTransaction { connection in
                    let isSpent = try await connection.execute(
                        """
                        UPDATE recovery_codes SET used_at = \(now)
                        WHERE user_id = \(userID) AND code_hash = \(hash) AND used_at IS NULL
                        """
                    )
                    guard isSpent == 1 else { return false }
                    try await connection.record(entry)
                    return true
                }
            },
            reseal: { userID, old, new in
                try await pool.execute(
                    "UPDATE users SET totp_secret = \(new) WHERE id = \(userID) AND totp_secret = \(old)"
                )
            }
        )
    }

    /// A new secret has new codes, so its steps begin anew.
    private static func propose(
        _ pool: PostgresPool,
        _ userID: UUID,
        _ sealed: String,
        _ entry: AuditEntry
    ) async throws -> Bool {
        try await pool.withTransaction { connection in
            let changed = try await connection.execute(
                """
                UPDATE users SET totp_secret = \(sealed), totp_last_step = NULL
                WHERE id = \(userID) AND NOT totp_enabled
                """
            )
            guard changed == 1 else { return false }
            try await connection.record(entry)
            return true
        }
    }

    private static func enable(
        _ pool: PostgresPool,
        _ confirmed: ConfirmedFactor,
        _ hashes: [String],
        _ entry: AuditEntry
    ) async throws -> Bool {
        try await pool.withTransaction { connection in
            let changed = try await connection.execute(
                """
                UPDATE users SET totp_enabled = true, totp_last_step = \(confirmed.step)
                WHERE id = \(confirmed.userID) AND totp_secret = \(confirmed.sealedSecret) AND NOT totp_enabled
                """
            )
            guard changed == 1 else { return false }
            try await connection.execute("DELETE FROM recovery_codes WHERE user_id = \(confirmed.userID)")
            try await connection.execute(
                """
                INSERT INTO recovery_codes (user_id, code_hash)
                SELECT \(confirmed.userID)::uuid, unnest(\(hashes)::text[])
                """
            )
            try await connection.record(entry)
            return true
        }
    }

    private static func disable(
        _ pool: PostgresPool,
        _ userID: UUID,
        _ notice: SealedLetter,
        _ entry: AuditEntry
    ) async throws -> Bool {
        try await pool.withTransaction { connection in
            let changed = try await connection.execute(
                """
                UPDATE users SET totp_enabled = false, totp_secret = NULL, totp_last_step = NULL
                WHERE id = \(userID) AND totp_enabled
                """
            )
            guard changed == 1 else { return false }
            try await connection.execute("DELETE FROM recovery_codes WHERE user_id = \(userID)")
            try await connection.put(notice)
            try await connection.record(entry)
            return true
        }
    }

    /// The row's lock lets one of many at the same moment through; the others find the step spent.
    private static func spending(_ confirmed: ConfirmedFactor) -> PostgresQuery {
        """
        UPDATE users SET totp_last_step = \(confirmed.step)
        WHERE id = \(confirmed.userID) AND totp_enabled AND totp_secret = \(confirmed.sealedSecret)
            AND (totp_last_step IS NULL OR totp_last_step < \(confirmed.step))
        """
    }
}

extension StoredSecondFactor {
    fileprivate init(row: PostgresRow) throws(PostgresError) {
        self.init(
            email: try row.decode("email"),
            sealedSecret: try row.decode("totp_secret"),
            isOn: try row.decode("totp_enabled"),
            spentStep: try row.decode("totp_last_step")
        )
    }
}
