package import Channels
package import Doorbells
import Foundation
package import Postgres

extension NoticeInbox {
    /// Notices in the table `notifications`; the doorbell is rung once one is committed.
    package static func postgres(_ pool: PostgresPool, doorbell: Doorbell = Doorbell()) -> NoticeInbox {
        NoticeInbox { notice, draft in
            let sequence: Int64? = try await pool.withTransaction { connection in
                // Keeps the account until the message is there, too.
                let owner = try await connection.query(
                    "SELECT id FROM users WHERE id = \(notice.userID) FOR KEY SHARE"
                )
                guard !owner.isEmpty else { return nil }
                try await connection.execute(insertion(of: notice))
                try await connection.execute(forgetting(of: notice.userID))
                return try await connection.append(draft)
            }
            if let sequence { doorbell.ring(.channel(name: draft.channel.name, sequence: sequence)) }
        }
    }

    private static func insertion(of notice: UserNotice) -> PostgresQuery {
        """
        INSERT INTO notifications (id, user_id, type, title, message, created_at)
        VALUES (\(notice.id), \(notice.userID), \(notice.kind), \(notice.title), \(notice.message), \(notice.createdAt))
        """
    }

    private static func forgetting(of userID: UUID) -> PostgresQuery {
        """
        DELETE FROM notifications WHERE id IN (
            SELECT id FROM notifications WHERE user_id = \(userID)
            ORDER BY created_at DESC, id DESC OFFSET \(keptNotices)::bigint
        )
        """
    }
}
