package import Accounts
import Foundation
package import Postgres

extension UserStore {
    /// Accounts in the table `users`.
    package static func postgres(_ pool: PostgresPool) -> UserStore {
        UserStore(
            insert: { user, entry in try await pool.query(insertion(of: user, entry)).first.map(User.init(row:)) },
            find: { id in
                let query: PostgresQuery = "SELECT \(unescaped: User.columns) FROM users WHERE id = \(id)"
                return try await pool.query(query).first.map(User.init(row:))
            },
            findByEmail: { email in
                let query: PostgresQuery =
                    "SELECT \(unescaped: User.columns), password_hash FROM users WHERE email = \(email.text)"
                return try await pool.query(query).first.map { row in
                    StoredUser(user: try User(row: row), passwordHash: Secret(try row.decode("password_hash")))
                }
            },
            replacePasswordHash: { id, old, new in
                try await pool.execute(
                    """
                    UPDATE users SET password_hash = \(new.reveal())
                    WHERE id = \(id) AND password_hash = \(old.reveal())
                    """
                )
            }
        )
    }

    /// One statement, so that there is never an account without its entry nor an entry without its account.
    private static func insertion(of user: NewUser, _ entry: AuditEntry) -> PostgresQuery {
        """
        WITH created AS (
            INSERT INTO users (email, password_hash) VALUES (\(user.email.text), \(user.passwordHash.reveal()))
            ON CONFLICT (email) DO NOTHING
            RETURNING \(unescaped: User.columns)
        ), logged AS (
            INSERT INTO audit_logs (user_id, action, ip_address, user_agent, metadata)
            SELECT id, \(entry.action.rawValue), \(entry.address)::inet, \(entry.userAgent.postgresValue), \(entry.json.postgresValue)::jsonb
            FROM created
        )
        SELECT \(unescaped: User.columns) FROM created AS users
        """
    }
}

extension User {
    /// What ``init(row:)`` reads.
    static let columns =
        """
        users.id, users.email, users.subscription, users.subscription_expires_at, users.totp_enabled, users.is_blocked,
        users.created_at, users.display_name, users.risk_percent
        """

    init(row: PostgresRow) throws(PostgresError) {
        self.init(
            id: try row.decode("id"),
            email: try row.decode("email"),
            subscription: try row.decode("subscription"),
            subscriptionExpiresAt: try row.decode("subscription_expires_at"),
            isTOTPEnabled: try row.decode("totp_enabled"),
            isBlocked: try row.decode("is_blocked"),
            createdAt: try row.decode("created_at"),
            displayName: try row.decode("display_name"),
            riskPercent: try row.decode("risk_percent", as: String?.self).flatMap { Decimal(string: $0) }
        )
    }
}

extension EmailAddress: PostgresDecodable {
    package init?(postgresText: String) { self.init(postgresText) }
}

extension Tier: PostgresDecodable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}
