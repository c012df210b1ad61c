import Foundation
package import Guard
package import Postgres

extension FailureStore {
    /// Failures in the table `sign_in_failures`.
    package static func postgres(_ pool: PostgresPool) -> FailureStore {
        FailureStore(
            read: { keys, now in
                try await pool.query(
                    """
                    SELECT kind, subject, failures - leaked_failures(counted, \(now)) AS failures, failed_at,
                        failed_before_at
                    FROM sign_in_failures AS counted
                    WHERE subject = ANY(\(keys.map(\.subject))::text[])
                        AND failures > leaked_failures(counted, \(now))
                    """
                ).map(FailureCount.init(row:))
            },
            add: { keys, now in try await pool.query(addition(of: keys, at: now)).map(FailureCount.init(row:)) },
            clear: { keys in
                try await pool.execute(
                    "DELETE FROM sign_in_failures WHERE subject = ANY(\(keys.map(\.subject))::text[])"
                )
            },
            purge: { now in
                try await pool.execute(
                    "DELETE FROM sign_in_failures AS counted WHERE failures <= leaked_failures(counted, \(now))"
                )
            }
        )
    }

    /// One more failure for each key.
    ///
    /// What leaked is taken off first, in whole failures, and the time of that moves on by as much. The keys stand in one
    /// order everywhere, so that two who count the same never wait for each other.
    private static func addition(of keys: [FailureKey], at now: Date) -> PostgresQuery {
        """
        INSERT INTO sign_in_failures AS counted (kind, subject, failures, leak_seconds, leaked_at, failed_at)
        SELECT kind, subject, 1, leak_seconds, \(now)::timestamptz, \(now)::timestamptz
        FROM unnest(
            \(keys.map(\.kind.rawValue))::text[], \(keys.map(\.subject))::text[],
            \(keys.map(\.policy.leakSeconds))::integer[]
        ) AS added (kind, subject, leak_seconds)
        ORDER BY subject
        ON CONFLICT (subject) DO UPDATE SET
            failures = greatest(0, counted.failures - leaked_failures(counted, \(now))) + 1,
            leaked_at = CASE WHEN counted.failures <= leaked_failures(counted, \(now)) THEN \(now)
                ELSE counted.leaked_at
                    + make_interval(secs => counted.leak_seconds::double precision * leaked_failures(counted, \(now)))
                END,
            failed_at = greatest(counted.failed_at, \(now)),
            failed_before_at = counted.failed_at
        RETURNING kind, subject, failures, failed_at, failed_before_at
        """
    }
}

extension FailureCount {
    fileprivate init(row: PostgresRow) throws(PostgresError) {
        self.init(
            key: FailureKey(kind: try row.decode("kind"), subject: try row.decode("subject")),
            failures: try row.decode("failures"),
            failedAt: try row.decode("failed_at"),
            failedBeforeAt: try row.decode("failed_before_at")
        )
    }
}

extension FailurePolicy.Kind: PostgresDecodable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}
