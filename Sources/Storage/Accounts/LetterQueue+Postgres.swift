package import Accounts
import Foundation
package import Postgres

extension LetterQueue {
    /// Letters in the table `mail_outbox`.
    package static func postgres(_ pool: PostgresPool) -> LetterQueue {
        LetterQueue(
            put: { letter in
                try await pool.withTransaction { connection in
                    try await connection.requireRoomForLetters()
                    return try await connection.put(letter)
                }
            },
            claim: { limit, now, leaseEnd in
                try await pool.query(claiming(limit, now, until: leaseEnd)).map(WaitingLetter.init(row:))
            },
            settle: { letter, fate, now in try await pool.execute(settling(letter, fate, now)) },
            sweep: { now in
                try await pool.withTransaction { connection in
                    for statement in sweeping(now) { try await connection.execute(statement) }
                }
            }
        )
    }

    /// Counts the attempt before it is made: a letter that ends the program each time is given up like any other.
    private static func claiming(_ limit: Int, _ now: Date, until leaseEnd: Date) -> PostgresQuery {
        """
        UPDATE mail_outbox SET attempts = attempts + 1, due_at = \(leaseEnd)
        WHERE key IN (
            SELECT key FROM mail_outbox
            WHERE payload IS NOT NULL AND due_at <= \(now) AND expires_at > \(now)
            ORDER BY due_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
        )
        RETURNING key, payload, attempts
        """
    }

    /// An attempt that took longer than its lease has no say any more.
    private static func settling(_ letter: WaitingLetter, _ fate: LetterFate, _ now: Date) -> PostgresQuery {
        let change: PostgresQuery
        switch fate {
        case .sent:
            change =
                "UPDATE mail_outbox SET sent_at = \(now), payload = NULL WHERE key = \(letter.key) AND payload IS NOT NULL"
        case .tryAgain(let due):
            change = """
                UPDATE mail_outbox SET due_at = \(due)
                WHERE key = \(letter.key) AND attempts = \(letter.attempt) AND payload IS NOT NULL
                """
        case .givenUp(let reason):
            change = """
                UPDATE mail_outbox SET given_up_at = \(now), give_up_reason = \(String(reason.prefix(200))), payload = NULL
                WHERE key = \(letter.key) AND attempts = \(letter.attempt) AND payload IS NOT NULL
                """
        }
        return change
    }

    private static func sweeping(_ now: Date) -> [PostgresQuery] {
        let oldest = now.addingTimeInterval(-LetterLimits.memory)
        return [
            """
            UPDATE mail_outbox SET given_up_at = \(now), give_up_reason = 'too late', payload = NULL
            WHERE payload IS NOT NULL AND expires_at <= \(now)
            """,
            "DELETE FROM mail_outbox WHERE payload IS NULL AND created_at < \(oldest)",
            "DELETE FROM registrations WHERE expires_at <= \(now)",
            "DELETE FROM account_tokens WHERE expires_at <= \(now)",
        ]
    }
}

extension WaitingLetter {
    fileprivate init(row: PostgresRow) throws(PostgresError) {
        self.init(
            key: try row.decode("key"),
            payload: try row.decode("payload"),
            attempt: try row.decode("attempts")
        )
    }
}
