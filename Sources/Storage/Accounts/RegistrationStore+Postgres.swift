package import Accounts
import Foundation
package import Postgres

extension RegistrationStore {
    /// Registrations in the table `registrations`.
    package static func postgres(_ pool: PostgresPool) -> RegistrationStore {
        RegistrationStore(
            request: { registration, ifFree, ifTaken, entry in
                try await pool.withTransaction { connection in
                    try await connection.requireRoomForLetters()
                    // A letter that is not taken leaves no registration either, so one address has only so many.
                    if try await connection.execute(choice(registration.email, ifFree, ifTaken)) == 1 {
                        try await connection.execute(insertion(of: registration))
                    }
                    try await connection.record(entry)
                }
            },
            complete: { tokenHash, now, entry in
                try await pool.withTransaction { connection in
                    guard let row = try await connection.query(completion(tokenHash, now)).first else { return nil }
                    let user = try User(row: row)
                    try await connection.execute("DELETE FROM registrations WHERE email = \(user.email.text)")
                    try await connection.record(entry, userID: user.id)
                    return user
                }
            }
        )
    }

    /// One statement for known and unknown addresses, so that both cost the same: it decides which letter is kept.
    private static func choice(
        _ email: EmailAddress,
        _ ifFree: SealedLetter,
        _ ifTaken: SealedLetter
    ) -> PostgresQuery {
        """
        WITH choice AS (SELECT EXISTS (SELECT FROM users WHERE email = \(email.text)) AS is_taken),
        letter AS (
            SELECT CASE WHEN is_taken THEN \(ifTaken.key)::text ELSE \(ifFree.key)::text END AS key,
                CASE WHEN is_taken THEN \(ifTaken.topic)::text ELSE \(ifFree.topic)::text END AS topic,
                CASE WHEN is_taken THEN \(ifTaken.payload)::text ELSE \(ifFree.payload)::text END AS payload
            FROM choice
        )
        INSERT INTO mail_outbox (key, topic, payload, due_at, expires_at, created_at)
        SELECT key, topic, payload, \(ifFree.createdAt), \(ifFree.expiresAt), \(ifFree.createdAt) FROM letter
        WHERE (
            SELECT count(*) FROM mail_outbox AS earlier
            WHERE earlier.topic = letter.topic
                AND earlier.created_at > \(ifFree.createdAt)::timestamptz - interval '1 hour'
        ) < \(LetterLimits.perTopicAndHour)
        ON CONFLICT (key) DO NOTHING
        """
    }

    /// Also for an address that is taken: nobody has the token then, and the statements are the same.
    private static func insertion(of registration: PendingRegistration) -> PostgresQuery {
        """
        INSERT INTO registrations (token_hash, email, password_hash, created_at, expires_at)
        VALUES (\(registration.tokenHash), \(registration.email.text), \(registration.passwordHash.reveal()),
            \(registration.createdAt), \(registration.expiresAt))
        """
    }

    private static func completion(_ tokenHash: String, _ now: Date) -> PostgresQuery {
        """
        WITH spent AS (
            DELETE FROM registrations WHERE token_hash = \(tokenHash) AND expires_at > \(now)
            RETURNING email, password_hash
        )
        INSERT INTO users (email, password_hash, email_verified_at)
        SELECT email, password_hash, \(now) FROM spent
        ON CONFLICT (email) DO NOTHING
        RETURNING \(unescaped: User.columns)
        """
    }
}
