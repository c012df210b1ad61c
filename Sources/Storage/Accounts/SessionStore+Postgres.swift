package import Accounts
import Foundation
package import Postgres

extension SessionStore {
    /// Sessions in the tables `sessions`, `refresh_tokens` and `devices`.
    package static func postgres(_ pool: PostgresPool) -> SessionStore {
        SessionStore(
            open: { new in try await pool.withTransaction { try await SessionOpening.run(new, on: $0) } },
            refresh: { hash, judge in
                try await pool.withTransaction { try await TokenRefreshing.run(hash, judge, on: $0) }
            },
            standing: { key in
                let query: PostgresQuery =
                    """
                    SELECT \(unescaped: User.columns) FROM sessions JOIN users ON users.id = sessions.user_id
                    WHERE sessions.id = \(key.sessionID) AND users.id = \(key.userID) AND sessions.ended_at IS NULL
                    """
                return try await pool.query(query).first.map(User.init(row:))
            },
            list: { userID, now in
                let query: PostgresQuery =
                    """
                    SELECT \(unescaped: Session.columns) FROM sessions
                    WHERE user_id = \(userID) AND ended_at IS NULL AND expires_at > \(now)
                    ORDER BY last_used_at DESC, created_at DESC
                    """
                return try await pool.query(query).map(Session.init(row:))
            },
            end: { ending in try await pool.withTransaction { try await end(ending, on: $0) } },
            knownDevice: { userID, deviceHash, tokenHash in
                try await pool.query(
                    """
                    SELECT encode(device_hash, 'hex') AS device FROM devices
                    WHERE user_id = \(userID) AND device_hash = \(deviceHash.postgresValue)::bytea
                    UNION ALL
                    SELECT encode(sessions.device_hash, 'hex') FROM refresh_tokens
                    JOIN sessions ON sessions.id = refresh_tokens.session_id
                    WHERE sessions.user_id = \(userID) AND token_hash = \(tokenHash.postgresValue)
                        AND coalesce(end_reason, '') NOT IN ('token_reused', 'disowned', 'administrator')
                    LIMIT 1
                    """
                ).first?.decode("device")
            }
        )
    }

    private static func end(_ ending: SessionEnding, on connection: PostgresConnection) async throws -> [SessionKey] {
        let rows = try await connection.query(update(ending))
        let keys = try rows.map { SessionKey(userID: try $0.decode("user_id"), sessionID: try $0.decode("id")) }
        let entries = keys.map { AuditEntry.ended($0, because: ending.reason, from: ending.origin) }
        _ = try await connection.pipeline(entries.map(\.insertion))
        return keys
    }

    private static func update(_ ending: SessionEnding) -> PostgresQuery {
        let (at, reason) = (ending.at, ending.reason.rawValue)
        return switch ending.selection {
        case .one(let key):
            """
            UPDATE sessions SET ended_at = \(at), end_reason = \(reason)
            WHERE id = \(key.sessionID) AND user_id = \(key.userID) AND ended_at IS NULL AND expires_at > \(at)
            RETURNING id, user_id
            """
        case .ofToken(let hash):
            """
            UPDATE sessions SET ended_at = \(at), end_reason = \(reason)
            WHERE id = (SELECT session_id FROM refresh_tokens WHERE token_hash = \(hash)) AND ended_at IS NULL
            RETURNING id, user_id
            """
        case .all(let userID, let kept):
            """
            UPDATE sessions SET ended_at = \(at), end_reason = \(reason)
            WHERE user_id = \(userID) AND id IS DISTINCT FROM \(kept.postgresValue)::uuid AND ended_at IS NULL
            RETURNING id, user_id
            """
        }
    }
}

extension Session {
    /// What ``init(row:)`` reads.
    static let columns =
        """
        sessions.id AS session_id, sessions.user_id AS session_user_id, device_name, device_platform, hints_hash,
        host(sessions.ip_address) AS session_address, sessions.created_at AS session_created_at, last_used_at,
        sessions.expires_at AS session_expires_at
        """

    init(row: PostgresRow) throws(PostgresError) {
        self.init(
            key: SessionKey(userID: try row.decode("session_user_id"), sessionID: try row.decode("session_id")),
            device: ClientDevice(name: try row.decode("device_name"), platform: try row.decode("device_platform")),
            hintsHash: try row.decode("hints_hash"),
            address: try row.decode("session_address"),
            createdAt: try row.decode("session_created_at"),
            lastUsedAt: try row.decode("last_used_at"),
            expiresAt: try row.decode("session_expires_at")
        )
    }
}
