import Accounts
import Foundation
import Postgres

/// Writes a new session, inside a transaction.
enum SessionOpening {
    /// Devices remembered of one account; the one not seen for the longest time is forgotten first.
    private static let devicesPerUser = 50

    /// Nil when the account is gone, blocked, or has another password by now.
    static func run(_ new: NewSession, on connection: PostgresConnection) async throws -> OpenedSession? {
        let userID = new.session.key.userID
        // One sign-in of an account at a time, so that the bound holds. Not FOR UPDATE: refreshing tokens refer to the
        // row meanwhile.
        let user = try await connection.query(
            """
            SELECT id FROM users
            WHERE id = \(userID) AND NOT is_blocked
                AND password_hash = coalesce(\(new.proof.map { $0.reveal() }.postgresValue), password_hash)
            FOR NO KEY UPDATE
            """
        )
        guard !user.isEmpty else { return nil }
        let answers = try await connection.pipeline([rememberDevice(new), forgetDevices(of: userID), supersede(new)])
        let isNew = try answers[0].first?.decode("is_new", as: Bool.self) ?? false
        let superseded = try answers[2].map { SessionKey(userID: userID, sessionID: try $0.decode("id")) }
        var entries = superseded.map { AuditEntry.ended($0, because: .superseded, from: new.origin) }
        if let entry = new.entry { entries.append(entry) }
        if isNew { entries.append(newDevice(new)) }
        _ = try await connection.pipeline([insertion(of: new), firstToken(of: new)] + entries.map(\.insertion))
        return OpenedSession(isNewDevice: isNew, superseded: superseded)
    }

    /// Says whether the account knows other devices and not this one.
    private static func rememberDevice(_ new: NewSession) -> PostgresQuery {
        let session = new.session
        return """
            INSERT INTO devices (user_id, device_hash, name, platform, first_seen_at, last_seen_at)
            VALUES (\(session.key.userID), \(new.deviceHash), \(session.device.name.postgresValue),
                \(session.device.platform.postgresValue), \(session.createdAt), \(session.createdAt))
            ON CONFLICT (user_id, device_hash) DO UPDATE
                SET last_seen_at = excluded.last_seen_at, name = coalesce(excluded.name, devices.name),
                    platform = coalesce(excluded.platform, devices.platform)
            RETURNING xmax = 0 AND EXISTS (SELECT FROM devices WHERE user_id = \(session.key.userID)) AS is_new
            """
    }

    private static func forgetDevices(of userID: UUID) -> PostgresQuery {
        """
        DELETE FROM devices WHERE user_id = \(userID) AND device_hash IN (
            SELECT device_hash FROM devices WHERE user_id = \(userID)
            ORDER BY last_seen_at DESC, first_seen_at DESC OFFSET \(devicesPerUser)::int8
        )
        """
    }

    private static func supersede(_ new: NewSession) -> PostgresQuery {
        let session = new.session
        return """
            UPDATE sessions SET ended_at = \(session.createdAt), end_reason = \(SessionEndReason.superseded.rawValue)
            WHERE ended_at IS NULL AND id IN (
                SELECT id FROM sessions
                WHERE user_id = \(session.key.userID) AND ended_at IS NULL AND expires_at > \(session.createdAt)
                ORDER BY last_used_at DESC, created_at DESC OFFSET \(new.limit - 1)::int8
            )
            RETURNING id
            """
    }

    private static func insertion(of new: NewSession) -> PostgresQuery {
        let session = new.session
        return """
            INSERT INTO sessions (
                id, user_id, device_name, device_platform, device_hash, hints_hash, ip_address, created_at,
                last_used_at, expires_at
            )
            VALUES (
                \(session.key.sessionID), \(session.key.userID), \(session.device.name.postgresValue),
                \(session.device.platform.postgresValue), \(new.deviceHash), \(session.hintsHash),
                \(session.address)::inet, \(session.createdAt), \(session.lastUsedAt), \(session.expiresAt)
            )
            """
    }

    private static func firstToken(of new: NewSession) -> PostgresQuery {
        let session = new.session
        return """
            INSERT INTO refresh_tokens (
                user_id, session_id, token_hash, device_info, ip_address, expires_at, created_at
            )
            VALUES (
                \(session.key.userID), \(session.key.sessionID), \(new.tokenHash), \(new.origin.deviceInfo.postgresValue)::jsonb,
                \(session.address)::inet, \(session.expiresAt), \(session.createdAt)
            )
            """
    }

    private static func newDevice(_ new: NewSession) -> AuditEntry {
        AuditEntry(
            .deviceNew,
            userID: new.session.key.userID,
            origin: new.origin,
            metadata: ["session": new.session.key.sessionID.uuidString.lowercased()]
        )
    }
}
