import Channels
import Foundation
import Markets
package import Postgres
package import PumpDetection

extension PumpStore {
    /// The table `pumps` and the channel of that name, of one world.
    package static func postgres(_ pool: PostgresPool, world: MarketWorld = .live) -> PumpStore {
        let rows = PumpRows(world)
        return PumpStore(
            save: { pump, teller in
                try await pool.withTransaction { connection in try await rows.save(pump, teller, connection) }
            },
            list: { query in try await pool.query(rows.page(query)).map(Pump.init(row:)) },
            watchers: { symbol, now in
                try await pool.query(fire(symbol, now)).map { row throws(PostgresError) in try row.decode(at: 0) }
            },
            keep: { markets, teller in
                if !markets.isEmpty { try await pool.execute(rows.renewal(markets, teller)) }
                try await pool.withTransaction { connection in try await rows.endForgotten(teller, connection) }
            }
        )
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
}

/// The rows of one world's pumps.
private struct PumpRows {
    /// Starts that lie less apart, in milliseconds, are of one pump: a detector is quiet for as long after an alert.
    private static let sameMilliseconds: Int64 = 1_800_000

    private let table: String
    private let channel: String

    init(_ world: MarketWorld) {
        table = world.table("pumps")
        channel = world.name(of: .pumps)
    }

    func save(_ pump: Pump, _ teller: PumpTeller, _ connection: PostgresConnection) async throws -> PumpStore.Saved {
        // One process at a time for each market, so that two that see the same do not both begin.
        let lock = "\(table) \(pump.venue.rawValue) \(pump.symbol.text)"
        try await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(\(lock), 0))")
        guard let row = try await connection.query(same(pump, teller)).first else {
            try await connection.execute(insertion(of: pump, teller))
            try await connection.append(draft(pump, teller), named: channel)
            return .asOwn
        }
        let known = try Pump(row: row)
        let owner: UUID? = try row.decode(at: 12)
        let leaseEnd: Date = try row.decode(at: 13)
        let saved = known.id == pump.id ? PumpStore.Saved.asOwn : .takenOver
        guard known.status != .ended else { return saved == .asOwn ? saved : .elsewhere }
        guard owner == teller.id || leaseEnd < teller.now else { return .elsewhere }
        var next = known
        next.status = max(known.status, pump.status)
        next.peakPrice = max(known.peakPrice, pump.peakPrice)
        next.endedAt = pump.endedAt.map { max($0, known.startedAt) }
        try await connection.execute(change(next, teller))
        if next != known { try await connection.append(draft(next, teller), named: channel) }
        return saved
    }

    /// Ends what its teller and everybody who could have taken it over have left.
    func endForgotten(_ teller: PumpTeller, _ connection: PostgresConnection) async throws {
        let query: PostgresQuery = """
            UPDATE \(unescaped: table) SET status = 'ended', ended_at = greatest(\(teller.now), started_at)
            WHERE status <> 'ended'
                AND told_until < \(teller.now.addingTimeInterval(-PumpTeller.leaseSeconds))
            RETURNING \(unescaped: Self.columns)
            """
        for row in try await connection.query(query) {
            try await connection.append(draft(try Pump(row: row), teller), named: channel)
        }
    }

    func renewal(_ markets: Set<PumpMarket>, _ teller: PumpTeller) -> PostgresQuery {
        let markets = Array(markets)
        return """
            UPDATE \(unescaped: table) SET teller = \(teller.id), told_until = \(teller.leaseEnd)
            WHERE status <> 'ended' AND (teller = \(teller.id) OR told_until < \(teller.now))
                AND (symbol, exchange) IN (
                    SELECT * FROM unnest(
                        \(markets.map(\.symbol.text))::text[], \(markets.map(\.venue.rawValue))::text[]
                    )
                )
            """
    }

    private func draft(_ pump: Pump, _ teller: PumpTeller) -> ChannelDraft {
        ChannelDraft(
            to: .pumps,
            payload: teller.message(pump),
            createdAt: Date(timeIntervalSince1970: pump.newsSeconds)
        )
    }

    private static let columns = """
        id, symbol, exchange, score, volume_ratio, status, late, price_at_start, peak_price, started_at, ended_at,
        triggers::text
        """

    /// The row that is of the same pump: its own, one that began about then, or one that is told of still.
    private func same(_ pump: Pump, _ teller: PumpTeller) -> PostgresQuery {
        let earliest = pump.startedAt.adding(milliseconds: -Self.sameMilliseconds)
        let latest = pump.startedAt.adding(milliseconds: Self.sameMilliseconds)
        return """
            SELECT \(unescaped: Self.columns), teller, told_until FROM \(unescaped: table)
            WHERE symbol = \(pump.symbol.text) AND exchange = \(pump.venue.rawValue)
                AND (id = \(pump.id) OR (started_at > \(earliest) AND started_at < \(latest))
                    OR (status <> 'ended' AND told_until >= \(teller.now)))
            ORDER BY id = \(pump.id) DESC, status <> 'ended' DESC, started_at DESC LIMIT 1
            """
    }

    private func insertion(of pump: Pump, _ teller: PumpTeller) -> PostgresQuery {
        """
        INSERT INTO \(unescaped: table) (
            id, symbol, exchange, change_percent, volume_ratio, score, status, late, price_at_start, peak_price,
            started_at, ended_at, triggers, teller, told_until
        ) VALUES (
            \(pump.id), \(pump.symbol.text), \(pump.venue.rawValue), \(pump.changePercent), \(pump.volumeRatio),
            \(pump.score), \(pump.status.rawValue), \(pump.isLate), \(pump.priceAtStart.value), \(pump.peakPrice.value),
            \(pump.startedAt), \(pump.endedAt.postgresValue), \(StoredTrigger.text(of: pump.triggers))::json,
            \(teller.id), \(teller.leaseEnd)
        )
        """
    }

    /// A pump begins once and changes often; what it began with stays.
    private func change(_ pump: Pump, _ teller: PumpTeller) -> PostgresQuery {
        """
        UPDATE \(unescaped: table) SET
            change_percent = \(pump.changePercent), status = \(pump.status.rawValue),
            peak_price = \(pump.peakPrice.value), ended_at = \(pump.endedAt.postgresValue),
            teller = \(teller.id), told_until = \(teller.leaseEnd)
        WHERE id = \(pump.id)
        """
    }

    func page(_ query: PumpQuery) -> PostgresQuery {
        let after = query.after
        return """
            SELECT \(unescaped: Self.columns) FROM \(unescaped: table)
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
}

extension Pump {
    /// When its newest change happened, as far as it is known: its end, else its start.
    fileprivate var newsSeconds: Double { Double((endedAt ?? startedAt).milliseconds) / 1000 }
}
