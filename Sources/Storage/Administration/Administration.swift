package import Accounts
package import Foundation
package import Guard
package import Postgres

/// What an operator does to accounts and bans from the command line: each act with its entry in the record, both or
/// neither.
///
/// Running servers feel all of it within a second: they watch the tables.
package struct Administration: Sendable {
    let pool: PostgresPool
    private let actor: String
    let now: @Sendable () -> Date

    /// Where the entries say that an act came from: this machine.
    private static let address = "127.0.0.1"

    /// - Parameters:
    ///   - pool: the database.
    ///   - actor: who is at the keyboard, for the record.
    ///   - now: the wall clock.
    package init(pool: PostgresPool, actor: String, now: @escaping @Sendable () -> Date = { Date() }) {
        self.pool = pool
        self.actor = actor
        self.now = now
    }

    var bans: BanStore { .postgres(pool) }

    /// Nobody has the address.
    package struct UserUnknown: Error, Hashable, Sendable, CustomStringConvertible {
        package let email: String

        package init(email: String) { self.email = email }

        package var description: String { "there is no account with the address \(email)" }
    }

    /// Gives a tier, until an instant or for good.
    ///
    /// - Throws: ``UserUnknown``, or the store's failure.
    package func grant(_ tier: Tier, until: Date?, to email: EmailAddress) async throws {
        let metadata = ["tier": tier.rawValue, "until": until.map { "\($0.ISO8601Format())" } ?? "forever"]
        try await act(.adminGranted, on: email, metadata) { user in
            """
            UPDATE users SET subscription = \(tier.rawValue), subscription_expires_at = \(until.postgresValue)
            WHERE id = \(user)
            """
        }
    }

    /// Shuts an account out, or lets it in again.
    ///
    /// - Throws: ``UserUnknown``, or the store's failure.
    package func setBlocked(_ isBlocked: Bool, _ email: EmailAddress) async throws {
        try await act(isBlocked ? .adminBlocked : .adminUnblocked, on: email) { user in
            "UPDATE users SET is_blocked = \(isBlocked) WHERE id = \(user)"
        }
    }

    /// Signs an account out everywhere, or on one device.
    ///
    /// - Returns: sessions that were ended.
    /// - Throws: ``UserUnknown``, or the store's failure.
    @discardableResult
    package func endSessions(of email: EmailAddress, session: UUID? = nil) async throws -> Int {
        let metadata = session.map { ["session": $0.uuidString.lowercased()] } ?? [:]
        return try await act(.adminEndedSessions, on: email, metadata) { user in
            """
            UPDATE sessions SET ended_at = \(now()), end_reason = 'administrator'
            WHERE user_id = \(user) AND ended_at IS NULL
                AND (\(session.postgresValue)::uuid IS NULL OR id = \(session.postgresValue)::uuid)
            """
        }
    }

    /// Sessions of an account that are open, last used first.
    ///
    /// - Throws: ``UserUnknown``, or the store's failure.
    package func sessions(of email: EmailAddress) async throws -> [ListedSession] {
        let user = try await id(of: email)
        try await record(.adminListed, user: user, ["list": "sessions"])
        return try await pool.query(
            """
            SELECT id, device_name, device_platform, host(ip_address) AS address, created_at, last_used_at
            FROM sessions WHERE user_id = \(user) AND ended_at IS NULL AND expires_at > \(now())
            ORDER BY last_used_at DESC
            """
        ).map(ListedSession.init(row:))
    }

    /// The newest alerts.
    package func alerts(limit: Int) async throws -> [KeptAlert] {
        try await record(.adminListed, user: nil, ["list": "alerts"])
        return try await AlertStore.postgres(pool).recent(limit)
    }

    /// Notes that an operator has a new signing key made; to be called before it is, so that no use goes unrecorded.
    package func recordKeyRotation(revoking: Bool) async throws {
        try await record(.adminRotatedKeys, user: nil, ["revoking": "\(revoking)"])
    }

    @discardableResult
    private func act(
        _ action: AuditEntry.Action,
        on email: EmailAddress,
        _ metadata: [String: String] = [:],
        _ statement: (_ user: UUID) -> PostgresQuery
    ) async throws -> Int {
        let user = try await id(of: email)
        let query = statement(user)
        let entry = entry(action, user: user, metadata)
        return try await pool.withTransaction { connection in
            let affected = try await connection.execute(query)
            try await connection.execute(entry.insertion)
            return affected
        }
    }

    private func id(of email: EmailAddress) async throws -> UUID {
        let rows = try await pool.query("SELECT id FROM users WHERE email = \(email.text)")
        guard let row = rows.first else { throw UserUnknown(email: email.text) }
        return try row.decode("id")
    }

    func record(_ action: AuditEntry.Action, user: UUID?, _ metadata: [String: String]) async throws {
        try await pool.execute(entry(action, user: user, metadata).insertion)
    }

    private func entry(_ action: AuditEntry.Action, user: UUID?, _ metadata: [String: String]) -> AuditEntry {
        AuditEntry(
            action,
            userID: user,
            origin: RequestOrigin(address: Self.address, userAgent: nil),
            metadata: metadata.merging(["actor": actor]) { $1 }
        )
    }
}
