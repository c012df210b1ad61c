import Accounts
import Foundation
import Postgres

/// What transactions on accounts have in common: their entry in the record and their letter.
extension PostgresConnection {
    /// Writes an entry; `userID` where the entry was made before its user was known.
    func record(_ entry: AuditEntry, userID: UUID? = nil) async throws {
        try await execute(entry.insertion(userID: entry.userID ?? userID))
    }

    /// Throws ``LettersFull`` when too many letters wait already.
    func requireRoomForLetters() async throws {
        let count: PostgresQuery = """
            SELECT count(*) FROM (
                SELECT 1 FROM mail_outbox WHERE payload IS NOT NULL LIMIT \(LetterLimits.waiting)::bigint
            ) AS waiting
            """
        guard let row = try await query(count).first, try row.decode(at: 0, as: Int.self) < LetterLimits.waiting else {
            throw LettersFull()
        }
    }

    /// Puts a letter into the queue, unless there were enough on its topic lately or its key is known.
    ///
    /// - Returns: whether it was taken.
    @discardableResult
    func put(_ letter: SealedLetter, userID: UUID? = nil) async throws -> Bool {
        try await execute(letter.insertion(userID: (letter.userID ?? userID).postgresValue)) == 1
    }
}

extension SealedLetter {
    /// Puts the letter into the queue, as its owner's.
    func insertion(userID: PostgresValue) -> PostgresQuery {
        """
        INSERT INTO mail_outbox (key, user_id, topic, payload, due_at, expires_at, created_at)
        SELECT \(key), \(userID)::uuid, \(topic), \(payload), \(createdAt), \(expiresAt), \(createdAt)
        WHERE (
            SELECT count(*) FROM mail_outbox
            WHERE topic = \(topic) AND created_at > \(createdAt)::timestamptz - interval '1 hour'
        ) < \(LetterLimits.perTopicAndHour)
        ON CONFLICT (key) DO NOTHING
        """
    }
}
