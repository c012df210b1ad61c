import Foundation
package import Guard
package import Postgres

extension AlertStore {
    /// Alerts in the table `security_alerts`, for ``keptDays``.
    package static func postgres(_ pool: PostgresPool) -> AlertStore {
        AlertStore(
            insert: { alert, at in
                _ = try await pool.pipeline([
                    """
                    INSERT INTO security_alerts (kind, subject, summary, suppressed, created_at)
                    VALUES (\(alert.kind.rawValue), \(alert.subject), \(alert.summary), \(alert.suppressed), \(at))
                    """,
                    """
                    DELETE FROM security_alerts
                    WHERE created_at < \(at)::timestamptz - make_interval(days => \(keptDays)::integer)
                    """,
                ])
            },
            recent: { limit in
                try await pool.query(
                    """
                    SELECT kind, subject, summary, suppressed, created_at FROM security_alerts
                    ORDER BY created_at DESC, id LIMIT \(limit)
                    """
                ).map { row in
                    KeptAlert(
                        alert: SecurityAlert(
                            kind: try row.decode("kind"),
                            subject: try row.decode("subject"),
                            summary: try row.decode("summary"),
                            suppressed: try row.decode("suppressed")
                        ),
                        createdAt: try row.decode("created_at")
                    )
                }
            }
        )
    }

    /// After that an alert goes when the next is written.
    private static let keptDays = 90
}

extension SecurityAlert.Kind: PostgresDecodable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}
