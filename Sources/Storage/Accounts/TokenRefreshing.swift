import Accounts
import Foundation
import Postgres

/// Carries a session on, or ends it, inside a transaction.
enum TokenRefreshing {
    /// Locks the session of the token, so that of many requests at once each sees what the one before did.
    static func run(
        _ hash: String,
        _ judge: @Sendable (PresentedToken) -> RefreshStep,
        on connection: PostgresConnection
    ) async throws -> (PresentedToken, RefreshStep)? {
        // Two statements: the second takes its snapshot when the lock is held, so it sees tokens that were spent while
        // the first one waited.
        let answers = try await connection.pipeline([lockedSession(hash), token(hash)])
        guard let session = answers[0].first, let token = answers[1].first else { return nil }
        let presented = try PresentedToken(session: session, token: token)
        let step = judge(presented)
        switch step {
        case .rotate(let child):
            _ = try await connection.pipeline([
                spend(presented, at: child.issuedAt), insertion(of: child, after: presented), carryOn(presented, child),
            ])
        case .touch(let now):
            try await connection.execute(
                "UPDATE sessions SET last_used_at = \(now) WHERE id = \(presented.session.key.sessionID)"
            )
        case .refuse(let entry, _): try await connection.execute(entry.insertion)
        case .end(let entry, let now):
            _ = try await connection.pipeline([end(presented, at: now), entry.insertion])
        }
        return (presented, step)
    }

    private static func lockedSession(_ hash: String) -> PostgresQuery {
        """
        SELECT \(unescaped: Session.columns), ended_at, \(unescaped: User.columns)
        FROM sessions JOIN users ON users.id = sessions.user_id
        WHERE sessions.id = (SELECT session_id FROM refresh_tokens WHERE token_hash = \(hash))
        FOR UPDATE OF sessions
        """
    }

    private static func token(_ hash: String) -> PostgresQuery {
        """
        SELECT token.id, token.expires_at, token.used_at, child.nonce AS child_nonce, child.used_at AS child_used_at,
            child.expires_at AS child_expires_at
        FROM refresh_tokens token LEFT JOIN refresh_tokens child ON child.parent_id = token.id
        WHERE token.token_hash = \(hash)
        """
    }

    private static func spend(_ token: PresentedToken, at now: Date) -> PostgresQuery {
        "UPDATE refresh_tokens SET used_at = \(now) WHERE id = \(token.id)"
    }

    private static func insertion(of child: NewRefreshToken, after token: PresentedToken) -> PostgresQuery {
        """
        INSERT INTO refresh_tokens (
            user_id, session_id, parent_id, token_hash, nonce, device_info, ip_address, expires_at, created_at
        )
        VALUES (
            \(token.session.key.userID), \(token.session.key.sessionID), \(token.id), \(child.hash), \(child.nonce),
            \(child.origin.deviceInfo.postgresValue)::jsonb, \(child.origin.address)::inet, \(child.expiresAt), \(child.issuedAt)
        )
        """
    }

    private static func carryOn(_ token: PresentedToken, _ child: NewRefreshToken) -> PostgresQuery {
        """
        UPDATE sessions SET last_used_at = \(child.issuedAt), expires_at = \(child.expiresAt),
            ip_address = \(child.origin.address)::inet
        WHERE id = \(token.session.key.sessionID)
        """
    }

    private static func end(_ token: PresentedToken, at now: Date) -> PostgresQuery {
        """
        UPDATE sessions SET ended_at = \(now), end_reason = \(SessionEndReason.tokenReused.rawValue)
        WHERE id = \(token.session.key.sessionID)
        """
    }
}

extension PresentedToken {
    fileprivate init(session: PostgresRow, token: PostgresRow) throws(PostgresError) {
        var child: Child?
        if let nonce = try token.decode("child_nonce", as: [UInt8]?.self) {
            child = Child(
                nonce: nonce,
                usedAt: try token.decode("child_used_at"),
                expiresAt: try token.decode("child_expires_at")
            )
        }
        self.init(
            id: try token.decode("id"),
            expiresAt: try token.decode("expires_at"),
            usedAt: try token.decode("used_at"),
            child: child,
            session: try Session(row: session),
            sessionEndedAt: try session.decode("ended_at"),
            user: try User(row: session)
        )
    }
}

extension RequestOrigin {
    /// What `refresh_tokens.device_info` keeps of who asked for a token.
    var deviceInfo: String? {
        guard let userAgent else { return nil }
        // A dictionary of strings always has a JSON form; PostgreSQL takes no U+0000.
        let info = ["userAgent": userAgent.filter { $0 != "\0" }]
        return (try? JSONEncoder().encode(info)).map { String(decoding: $0, as: UTF8.self) }
    }
}
