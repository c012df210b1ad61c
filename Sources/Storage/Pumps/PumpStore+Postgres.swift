import Channels
import Foundation
import Markets
package import Postgres
package import PumpDetection

extension PumpStore {
    /// The table `pumps` and the channel of that name.
    package static func postgres(_ pool: PostgresPool) -> PumpStore {
        PumpStore(
            save: { pump, message in
                try await pool.withTransaction { connection in
                    try await connection.execute(write(pump))
                    try await connection.append(draft(pump, message))
                }
            },
            list: { query in try await pool.query(page(query)).map(Pump.init(row:)) },
            watchers: { symbol, now in
                try await pool.query(fire(symbol, now)).map { row throws(PostgresError) in try row.decode(at: 0) }
            },
            abandon: { now, message in
                try await pool.withTransaction { connection in
                    for row in try await connection.query(close(now)) {
                        let pump = try Pump(row: row)
                        try await connection.append(draft(pump, message(pump)))
                    }
                }
            }
        )
    }

    private static func draft(_ pump: Pump, _ message: String) -> ChannelDraft {
        ChannelDraft(to: .pumps, payload: message, createdAt: Date(timeIntervalSince1970: pump.newsSeconds))
    }

    private static let columns = """
        id, symbol, exchange, score, volume_ratio, status, late, price_at_start, peak_price, started_at, ended_at,
        triggers::text
        """

    /// A pump begins once and changes often; what it began with stays.
    private static func write(_ pump: Pump) -> PostgresQuery {
        """
        INSERT INTO pumps AS known (
            id, symbol, exchange, change_percent, volume_ratio, score, status, late, price_at_start, peak_price,
            started_at, ended_at, triggers
        ) VALUES (
            \(pump.id), \(pump.symbol.text), \(pump.venue.rawValue), \(pump.changePercent), \(pump.volumeRatio),
            \(pump.score), \(pump.status.rawValue), \(pump.isLate), \(pump.priceAtStart.value), \(pump.peakPrice.value),
            \(pump.startedAt), \(pump.endedAt.postgresValue), \(StoredTrigger.text(of: pump.triggers))::json
        )
        ON CONFLICT (id) DO UPDATE SET
            change_percent = excluded.change_percent, status = excluded.status, peak_price = excluded.peak_price,
            ended_at = excluded.ended_at
        """
    }

    private static func page(_ query: PumpQuery) -> PostgresQuery {
        let after = query.after
        return """
            SELECT \(unescaped: columns) FROM pumps
            WHERE (\((query.symbol?.text).postgresValue)::text IS NULL
                    OR symbol = \((query.symbol?.text).postgresValue)::text)
                AND (\((query.venue?.rawValue).postgresValue)::text IS NULL
                    OR exchange = \((query.venue?.rawValue).postgresValue)::text)
                AND (\((after?.startedAt).postgresValue)::timestamptz IS NULL
                    OR (started_at, id) < (\((after?.startedAt).postgresValue)::timestamptz,
                        \((after?.id).postgresValue)::uuid))
            ORDER BY started_at DESC, id DESC LIMIT \(query.limit)
            """
    }

    /// Alerts of those whose tier has the channel; an alert that has just been given out rests for its cooldown.
    private static func fire(_ symbol: Symbol, _ now: Date) -> PostgresQuery {
        """
        WITH fired AS (
            UPDATE alerts SET last_fired_at = \(now)
            FROM users
            WHERE users.id = alerts.user_id AND alerts.enabled AND alerts.kind = 'pump'
                AND alerts.symbol = \(symbol.text)
                AND users.subscription <> 'free'
                AND (users.subscription_expires_at IS NULL OR users.subscription_expires_at > \(now))
                AND (alerts.last_fired_at IS NULL
                    OR alerts.last_fired_at + alerts.cooldown_seconds * interval '1 second' <= \(now))
            RETURNING alerts.user_id
        )
        SELECT DISTINCT user_id FROM fired
        """
    }

    private static func close(_ now: Date) -> PostgresQuery {
        """
        UPDATE pumps SET status = 'ended', ended_at = greatest(\(now), started_at) WHERE status <> 'ended'
        RETURNING \(unescaped: columns)
        """
    }
}

extension Pump {
    /// When its newest change happened, as far as it is known: its end, else its start.
    fileprivate var newsSeconds: Double { Double((endedAt ?? startedAt).milliseconds) / 1000 }
}
