import Accounts
package import Channels
import Foundation
package import Postgres

extension ChannelLog {
    /// The tables `channels` and `channel_messages`, with the pumps of one world.
    package static func postgres(_ pool: PostgresPool, world: MarketWorld = .live) -> ChannelLog {
        ChannelLog(
            news: { position in try await news(since: position, pool, world) },
            read: { after in after.isEmpty ? [:] : try await read(after, pool, world) },
            sweep: { now in try await pool.execute(sweep(now)) }
        )
    }

    // MARK: News

    private static func news(
        since position: ChannelLogPosition?,
        _ pool: PostgresPool,
        _ world: MarketWorld
    ) async throws -> ChannelNews {
        let questions = [state(of: world)] + (position.map { [grown(since: $0)] } ?? [])
        let answers = try await pool.pipeline(questions)
        guard let row = answers[0].first else { throw PostgresError.unexpectedAnswer("no snapshot") }
        var heads: [ChannelKey: Int64] = [:]
        for row in answers.dropFirst().joined() {
            guard let key = world.channel(named: try row.decode("name")) else { continue }
            heads[key] = try row.decode("last_sequence")
        }
        return ChannelNews(
            epoch: try row.decode("epoch"),
            heads: heads,
            next: ChannelLogPosition(try row.decode("next"))
        )
    }

    /// The oldest transaction under way, read before the heads so that none falls between, and the epoch.
    ///
    /// Numbers can only be given twice where a counter's row was made anew, where the data was loaded into another
    /// cluster, or where a standby or a backup went on from before the end, which begins a new timeline.
    private static func state(of world: MarketWorld) -> PostgresQuery {
        """
        SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS next,
            left(md5(concat_ws(
                ' ',
                (SELECT epoch FROM channels WHERE name = 'signals'),
                (SELECT epoch FROM channels WHERE name = \(world.name(of: .pumps))),
                (SELECT system_identifier FROM pg_control_system()),
                left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
            )), 16) AS epoch
        """
    }

    /// A restored or promoted server may count from less than the position says: then its own count holds.
    private static func grown(since position: ChannelLogPosition) -> PostgresQuery {
        """
        SELECT name, last_sequence FROM channels
        WHERE transaction_id >= least(\(position.text)::xid8, pg_snapshot_xmin(pg_current_snapshot()))
        """
    }

    // MARK: Messages

    private static func read(
        _ after: [ChannelKey: Int64],
        _ pool: PostgresPool,
        _ world: MarketWorld
    ) async throws -> [ChannelKey: ChannelHistory] {
        var histories: [ChannelKey: (head: Int64, entries: [ChannelEntry])] = [:]
        for row in try await pool.query(messages(after, world)) {
            guard let key = world.channel(named: try row.decode("name")) else { continue }
            let head: Int64 = try row.decode("head")
            guard let sequence = try row.decode("sequence", as: Int64?.self) else {
                histories[key] = (head, [])
                continue
            }
            let entry = ChannelEntry(
                sequence: sequence,
                createdAt: try row.decode("created_at"),
                payload: try row.decode("payload"),
                minTier: try row.decode("min_tier"),
                lockedPayload: try row.decode("locked_payload")
            )
            histories[key, default: (head, [])].entries.append(entry)
        }
        return histories.mapValues { ChannelHistory(head: $0.head, entries: $0.entries) }
    }

    /// One statement, so that head and messages are of one moment.
    private static func messages(_ after: [ChannelKey: Int64], _ world: MarketWorld) -> PostgresQuery {
        let wanted = Array(after)
        return """
            SELECT wanted.name, coalesce(last_sequence, 0) AS head, sequence, payload::text, min_tier,
                locked_payload::text, (extract(epoch FROM created_at) * 1000)::bigint AS created_at
            FROM unnest(
                \(wanted.map { world.name(of: $0.key) })::text[], \(wanted.map(\.value))::bigint[],
                \(wanted.map(\.key.keptMessages))::bigint[]
            ) AS wanted (name, after, kept)
            LEFT JOIN channels ON channels.name = wanted.name
            LEFT JOIN LATERAL (
                SELECT * FROM channel_messages
                WHERE channel = wanted.name AND sequence > wanted.after
                ORDER BY sequence DESC LIMIT wanted.kept
            ) AS message ON true
            ORDER BY wanted.name, sequence
            """
    }

    /// In batches, so that no statement holds many locks for long: what is left is for the next time.
    private static func sweep(_ now: Date) -> PostgresQuery {
        let oldest = now.addingTimeInterval(-Double(ChannelKey.keptDays) * 86_400)
        return """
            DELETE FROM channel_messages WHERE (channel, sequence) IN (
                SELECT channel, sequence FROM channel_messages WHERE created_at < \(oldest)
                ORDER BY created_at LIMIT 10000
            )
            """
    }
}
