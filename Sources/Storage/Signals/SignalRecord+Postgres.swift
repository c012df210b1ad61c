import Accounts
import Channels
import Crypto
import Foundation
package import Leases
import Markets
import MerkleLog
package import Postgres
package import Signals

extension SignalRecord {
    /// The tables `signals` and `signal_log`, and the channel of signals.
    ///
    /// - Parameters:
    ///   - pool: of the database.
    ///   - lease: under which signals are published and ended, so that a process that has lost it changes nothing; nil
    ///     for readers and tools.
    /// - Returns: the record.
    package static func postgres(_ pool: PostgresPool, under lease: LeaseHolder? = nil) -> SignalRecord {
        SignalRecord(
            publish: { signal, draft in
                try await pool.withTransaction { connection in
                    if let lease { try await connection.require(lease.fence()) }
                    return try await publish(signal, draft, on: connection)
                }
            },
            conclude: { signal, standing, draft in
                try await pool.withTransaction { connection in
                    if let lease { try await connection.require(lease.fence()) }
                    return try await conclude(signal, standing, draft, on: connection)
                }
            },
            head: { try await head(pool) },
            entries: { from, limit in
                try await pool.query(
                    """
                    SELECT leaf_index, kind, signal_id, content, leaf_hash FROM signal_log
                    WHERE leaf_index >= \(from) ORDER BY leaf_index LIMIT \(limit)
                    """,
                    timeout: .seconds(60)
                ).map(LoggedEntry.init(row:))
            },
            checkpoints: {
                try await pool.query(
                    """
                    SELECT size, root_hash, signed_at, key_id, signature FROM signal_log_checkpoints
                    ORDER BY size, signed_at
                    """,
                    timeout: .seconds(60)
                ).map(SignedCheckpoint.init(row:))
            },
            latest: {
                try await pool.query(
                    """
                    SELECT size, root_hash, signed_at, key_id, signature FROM signal_log_checkpoints
                    ORDER BY size DESC, signed_at DESC LIMIT 1
                    """
                ).first.map(SignedCheckpoint.init(row:))
            },
            leaves: { signal in
                try await pool.query(
                    """
                    SELECT leaf_index, kind, signal_id, content, leaf_hash FROM signal_log
                    WHERE signal_id = \(signal) ORDER BY leaf_index
                    """
                ).map(LoggedEntry.init(row:))
            },
            keep: { try await pool.execute(keeping($0)) },
            keys: {
                try await pool.query("SELECT public_key FROM signal_log_keys ORDER BY created_at").compactMap { row in
                    let bytes: PostgresBytes = try row.decode("public_key")
                    return try? Curve25519.Signing.PublicKey(rawRepresentation: bytes.bytes)
                }
            },
            signals: { after, limit in
                try await pool.query(StoredSignal.page(after: after, limit: limit), timeout: .seconds(60))
                    .map(StoredSignal.init(row:))
            },
            recent: { since in
                try await pool.query(
                    """
                    SELECT \(unescaped: StoredSignal.columns) FROM \(unescaped: StoredSignal.tables)
                    WHERE status = 'active' OR created_at >= \(since)
                    ORDER BY created_at DESC, signals.id DESC LIMIT 1000
                    """
                ).map(StoredSignal.init(row:))
            },
            outcomes: { strategy, version in
                let rows = try await pool.query(
                    """
                    SELECT count(*) AS count FROM signals
                    WHERE strategy_name = \(strategy) AND strategy_version = \(String(version)) AND status = 'closed'
                    """
                )
                return try rows.first?.decode("count") ?? 0
            }
        )
    }

    private static func publish(
        _ signal: Signal,
        _ draft: Drafting,
        on connection: PostgresConnection
    ) async throws -> RecordPlace? {
        // Another process that raises the same waits here for the first one's commit, and then finds it.
        guard try await connection.execute(signal.insertion) > 0 else { return nil }
        let place = try await connection.log(RecordEntry(publicationOf: signal), at: signal.createdAt.date)
        let message = draft(place)
        // Each tier's delay begins with the message.
        try await connection.execute(
            "UPDATE signals SET published_at = \(message.createdAt) WHERE id = \(signal.id)"
        )
        try await connection.append(message)
        return place
    }

    private static func conclude(
        _ signal: UUID,
        _ standing: SignalStanding,
        _ draft: Drafting,
        on connection: PostgresConnection
    ) async throws -> RecordPlace? {
        guard let end = standing.end, let entry = standing.entry(of: signal) else { return nil }
        let changed = try await connection.execute(
            """
            UPDATE signals SET status = \(end.status), outcome = \(end.outcome.postgresValue), result_pnl = \(end.resultPercent.postgresValue)::numeric,
                result_r = \(end.resultR.postgresValue), cancellation = \(end.cancellation.postgresValue), closed_at = \(end.time)
            WHERE id = \(signal) AND status = 'active'
            """
        )
        guard changed > 0, let born = try await publication(of: signal, on: connection) else { return nil }
        let place = try await connection.log(entry, at: end.time.date)
        try await connection.append(draft(born))
        return place
    }

    /// Where its publication stands.
    private static func publication(of signal: UUID, on connection: PostgresConnection) async throws -> RecordPlace? {
        let rows = try await connection.query(
            "SELECT leaf_index, leaf_hash FROM signal_log WHERE signal_id = \(signal) AND kind = 'publication'"
        )
        return try rows.first.flatMap(StoredSignal.place)
    }

    private static func head(_ pool: PostgresPool) async throws -> RecordHead {
        guard
            let row = try await pool.query("SELECT size, peaks FROM signal_log_head").first,
            let frontier = MerkleFrontier(
                size: try row.decode("size"),
                peaks: try row.decode("peaks", as: String.self).split(separator: " ").compactMap {
                    MerkleHash(hex: String($0))
                }
            )
        else { throw PostgresError.unexpectedAnswer("the record's head is none") }
        return RecordHead(size: frontier.size, root: frontier.root)
    }

    private static func keeping(_ signed: SignedCheckpoint) -> PostgresQuery {
        """
        INSERT INTO signal_log_checkpoints (size, root_hash, signed_at, key_id, signature)
        VALUES (\(signed.checkpoint.size), \(PostgresBytes(signed.checkpoint.root.bytes)),
            \(signed.checkpoint.signedAt), \(signed.keyID), \(PostgresBytes(signed.signature)))
        ON CONFLICT DO NOTHING
        """
    }
}

extension MarketTime {
    fileprivate var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}

extension SignalStanding {
    /// The end as columns; nil while there is none.
    fileprivate struct End {
        var status: String
        var outcome: String?
        var resultPercent: String?
        var resultR: Double?
        var cancellation: String?
        var time: MarketTime
    }

    fileprivate var end: End? {
        switch self {
        case .active: nil
        case .closed(let verdict):
            End(
                status: "closed",
                outcome: verdict.outcome.rawValue,
                resultPercent: "\(verdict.resultPercent)",
                resultR: verdict.resultR,
                cancellation: nil,
                time: verdict.closedAt
            )
        case .cancelled(let reason, let time):
            End(
                status: "cancelled",
                outcome: nil,
                resultPercent: nil,
                resultR: nil,
                cancellation: reason.rawValue,
                time: time
            )
        }
    }
}
