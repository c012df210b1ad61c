package import Accounts
import Foundation
package import Postgres

extension StandingFeed {
    /// The table `standing_changes`, which triggers write.
    package static func postgres(_ pool: PostgresPool) -> StandingFeed {
        StandingFeed(
            changes: { position in
                let questions = [oldestUnderWay] + (position.map { [committed(since: $0)] } ?? [])
                let answers = try await pool.pipeline(questions)
                guard let row = answers[0].first else { throw PostgresError.unexpectedAnswer("no snapshot") }
                let next = StandingPosition(try row.decode(at: 0))
                guard answers.count > 1 else { return StandingNews(changes: [:], next: next) }
                var changes: [Int64: StandingChange] = [:]
                for row in answers[1] { changes[try row.decode("id")] = try StandingChange(row: row) }
                return StandingNews(changes: changes, next: next)
            },
            sweep: { now in _ = try await pool.pipeline(sweep(now)) }
        )
    }

    /// Whatever is not committed yet is of this transaction or a later one.
    ///
    /// Read before the changes, so that none falls between.
    private static let oldestUnderWay: PostgresQuery = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"

    /// A restored or promoted server may count from less than the position says: then its own count holds.
    private static func committed(since position: StandingPosition) -> PostgresQuery {
        """
        SELECT id, user_id, session_id, change FROM standing_changes
        WHERE transaction_id >= least(\(position.text)::xid8, pg_snapshot_xmin(pg_current_snapshot()))
        """
    }

    /// What is deleted: a change matters for as long as an access token may live, a session that is over stays a day.
    ///
    /// In batches, so that no statement holds many locks for long: what is left is for the next time.
    private static func sweep(_ now: Date) -> [PostgresQuery] {
        [
            """
            DELETE FROM standing_changes WHERE id IN (
                SELECT id FROM standing_changes WHERE created_at < now() - interval '1 hour' LIMIT 10000
            )
            """,
            """
            DELETE FROM refresh_tokens WHERE id IN (
                SELECT id FROM refresh_tokens WHERE expires_at < \(now) LIMIT 10000
            )
            """,
            """
            DELETE FROM sessions WHERE id IN (
                SELECT id FROM sessions WHERE expires_at < \(now.addingTimeInterval(-86_400)) LIMIT 10000
            )
            """,
            """
            DELETE FROM idempotency_keys WHERE (user_id, key) IN (
                SELECT user_id, key FROM idempotency_keys WHERE expires_at < \(now) LIMIT 10000
            )
            """,
        ]
    }
}

extension StandingChange {
    fileprivate init(row: PostgresRow) throws(PostgresError) {
        self.init(try row.decode("change"), userID: try row.decode("user_id"), sessionID: try row.decode("session_id"))
    }
}

extension StandingChange.Kind: PostgresDecodable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}
