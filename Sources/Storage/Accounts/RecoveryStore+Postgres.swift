package import Accounts
import Foundation
package import Postgres

extension RecoveryStore {
    /// Links in the table `account_tokens`.
    package static func postgres(_ pool: PostgresPool) -> RecoveryStore {
        RecoveryStore(
            requestReset: { email, token, letter, entry in
                try await pool.withTransaction { connection in
                    try await connection.requireRoomForLetters()
                    try await connection.execute(resetRequest(email, token, letter, entry))
                }
            },
            owner: { tokenHash, purpose, now in
                try await pool.query(
                    """
                    SELECT user_id, email FROM account_tokens JOIN users ON users.id = user_id
                    WHERE token_hash = \(tokenHash) AND purpose = \(purpose.rawValue)
                        AND used_at IS NULL AND expires_at > \(now)
                    """
                ).first.map { LinkOwner(userID: try $0.decode("user_id"), email: try $0.decode("email")) }
            },
            resetPassword: { tokenHash, hash, now, notice, entry in
                try await pool.withTransaction { connection in
                    guard let userID = try await connection.spend(tokenHash, .resetPassword, now) else { return false }
                    try await connection.setPassword(hash, of: userID, at: now, sparing: nil)
                    try await connection.put(notice)
                    try await connection.record(entry)
                    return true
                }
            },
            email: { userID in
                try await pool.query("SELECT email FROM users WHERE id = \(userID)").first?.decode("email")
            },
            putLink: { link, letter in
                try await pool.withTransaction { connection in
                    if try await connection.put(letter) { try await connection.put(link) }
                }
            },
            disown: { tokenHash, now, reset, letter, entry in
                try await pool.withTransaction { connection in
                    try await connection.requireRoomForLetters()
                    guard try await connection.disown(tokenHash, now) else { return false }
                    if try await connection.put(letter) { try await connection.put(reset) }
                    try await connection.record(entry)
                    return true
                }
            }
        )
    }

    /// One statement for known and unknown addresses; the entry is written for both, so that both wait for the disk.
    private static func resetRequest(
        _ email: EmailAddress,
        _ token: ResetToken,
        _ letter: SealedLetter,
        _ entry: AuditEntry
    ) -> PostgresQuery {
        """
        WITH account AS (SELECT id FROM users WHERE email = \(email.text)),
        letter AS (
            INSERT INTO mail_outbox (key, user_id, topic, payload, due_at, expires_at, created_at)
            SELECT \(letter.key), id, \(letter.topic), \(letter.payload), \(letter.createdAt), \(letter.expiresAt),
                \(letter.createdAt)
            FROM account
            WHERE (
                SELECT count(*) FROM mail_outbox
                WHERE topic = \(letter.topic) AND created_at > \(letter.createdAt)::timestamptz - interval '1 hour'
            ) < \(LetterLimits.perTopicAndHour)
            RETURNING user_id
        ), token AS (
            INSERT INTO account_tokens (token_hash, user_id, purpose, expires_at, created_at)
            SELECT \(token.hash), user_id, \(LinkPurpose.resetPassword.rawValue), \(token.expiresAt), \(token.createdAt)
            FROM letter
        )
        INSERT INTO audit_logs (user_id, action, ip_address, user_agent, metadata)
        VALUES ((SELECT id FROM account), \(entry.action.rawValue), \(entry.address)::inet,
            \(entry.userAgent.postgresValue), \(entry.json.postgresValue)::jsonb)
        """
    }
}

extension PostgresConnection {
    func put(_ link: StoredLink) async throws {
        try await execute(
            """
            INSERT INTO account_tokens (token_hash, user_id, purpose, session_id, new_email, expires_at, created_at)
            VALUES (\(link.hash), \(link.userID), \(link.purpose.rawValue), \(link.sessionID.postgresValue),
                \((link.newEmail?.text).postgresValue), \(link.expiresAt), \(link.createdAt))
            """
        )
    }

    /// Whose link it was; nil when it is not good, or somebody else spent it first.
    func spend(_ tokenHash: String, _ purpose: LinkPurpose, _ now: Date) async throws -> UUID? {
        try await query(
            """
            UPDATE account_tokens SET used_at = \(now)
            WHERE token_hash = \(tokenHash) AND purpose = \(purpose.rawValue) AND used_at IS NULL AND expires_at > \(now)
            RETURNING user_id
            """
        ).first?.decode("user_id")
    }

    /// Sets the password, spends every other link that could, and ends the sessions but one.
    func setPassword(_ hash: Secret, of userID: UUID, at now: Date, sparing sessionID: UUID?) async throws {
        try await execute("UPDATE users SET password_hash = \(hash.reveal()) WHERE id = \(userID)")
        try await spendResets(of: userID, at: now)
        try await execute("DELETE FROM account_guesses WHERE user_id = \(userID) AND kind = 'password'")
        try await execute(
            """
            UPDATE sessions SET ended_at = \(now), end_reason = 'password_changed'
            WHERE user_id = \(userID) AND ended_at IS NULL AND id IS DISTINCT FROM \(sessionID.postgresValue)::uuid
            """
        )
    }

    /// Links to a new password that were sent before something changed that they should not undo.
    func spendResets(of userID: UUID, at now: Date) async throws {
        try await execute(
            """
            UPDATE account_tokens SET used_at = \(now)
            WHERE user_id = \(userID) AND purpose = 'reset_password' AND used_at IS NULL
            """
        )
    }

    /// Spends the link and ends its session.
    fileprivate func disown(_ tokenHash: String, _ now: Date) async throws -> Bool {
        guard try await spend(tokenHash, .disownSession, now) != nil else { return false }
        try await execute(
            """
            UPDATE sessions SET ended_at = \(now), end_reason = 'ended_by_owner'
            WHERE id = (SELECT session_id FROM account_tokens WHERE token_hash = \(tokenHash)) AND ended_at IS NULL
            """
        )
        return true
    }
}
