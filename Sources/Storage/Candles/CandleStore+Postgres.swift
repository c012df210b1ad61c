package import MarketFeed
import Markets
package import Postgres

extension CandleStore {
    /// Candles in the table `candles`, marked gaps in `candle_gaps`.
    package static func postgres(_ pool: PostgresPool) -> CandleStore {
        CandleStore(
            upsert: { candles in try await CandleBatch(candles).write(to: pool) },
            range: { query in try await range(query, of: pool) },
            gaps: { series, span in
                try await pool.query(
                    """
                    SELECT \(unescaped: CandleGap.columns) FROM candle_gaps
                    WHERE exchange = \(series.venue.rawValue) AND symbol = \(series.symbol.text)
                        AND interval = \(series.interval.rawValue)
                        AND from_time < \(span.to) AND to_time > \(span.from)
                    ORDER BY from_time LIMIT 1000
                    """
                ).map(CandleGap.init(row:))
            },
            openGaps: { limit in
                try await pool.query(
                    """
                    SELECT \(unescaped: CandleGap.columns) FROM candle_gaps
                    ORDER BY from_time DESC, exchange, symbol, interval LIMIT \(limit)
                    """
                ).map(CandleGap.init(row:))
            },
            markGap: { gap in try await mark(gap, in: pool) },
            clearGap: { gap in
                try await pool.execute(
                    """
                    DELETE FROM candle_gaps
                    WHERE exchange = \(gap.series.venue.rawValue) AND symbol = \(gap.series.symbol.text)
                        AND interval = \(gap.series.interval.rawValue)
                        AND from_time >= \(gap.span.from) AND to_time <= \(gap.span.to)
                    """
                )
            },
            prune: { interval, before, limit in try await prune(interval, before: before, limit: limit, in: pool) }
        )
    }

    /// A mark goes with the last of the candles beside it.
    private static func prune(
        _ interval: CandleInterval,
        before: MarketTime,
        limit: Int,
        in pool: PostgresPool
    ) async throws -> Int {
        let deleted = try await pool.query(
            """
            WITH old AS (
                SELECT ctid FROM candles WHERE interval = \(interval.rawValue) AND open_time < \(before)
                ORDER BY open_time LIMIT \(limit)
            ), deleted AS (DELETE FROM candles WHERE ctid = ANY (ARRAY(SELECT ctid FROM old)) RETURNING 1)
            SELECT count(*) AS rows FROM deleted
            """
        )
        let rows = try deleted.first?.decode("rows", as: Int.self) ?? 0
        if rows < limit {
            try await pool.execute(
                "DELETE FROM candle_gaps WHERE interval = \(interval.rawValue) AND to_time <= \(before)"
            )
        }
        return rows
    }

    /// With `from`, the oldest candles from there on; without, the newest, turned round.
    private static func range(_ query: CandleQuery, of pool: PostgresPool) async throws -> [Candle] {
        let series = query.series
        let order = query.from == nil ? "DESC" : "ASC"
        let rows = try await pool.query(
            """
            SELECT \(unescaped: Candle.columns) FROM candles
            WHERE exchange = \(series.venue.rawValue) AND symbol = \(series.symbol.text)
                AND interval = \(series.interval.rawValue)
                AND open_time >= coalesce(\(query.from.postgresValue)::timestamptz, '-infinity')
                AND open_time < coalesce(\(query.to.postgresValue)::timestamptz, 'infinity')
            ORDER BY open_time \(unescaped: order) LIMIT \(query.limit)
            """
        )
        let candles = try rows.map { try Candle(row: $0, of: series) }
        return query.from == nil ? candles.reversed() : candles
    }

    /// A mark that begins where another does takes its place when it reaches further.
    private static func mark(_ gap: CandleGap, in pool: PostgresPool) async throws {
        try await pool.execute(
            """
            INSERT INTO candle_gaps (exchange, symbol, interval, from_time, to_time)
            VALUES (\(gap.series.venue.rawValue), \(gap.series.symbol.text), \(gap.series.interval.rawValue),
                \(gap.span.from), \(gap.span.to))
            ON CONFLICT (exchange, symbol, interval, from_time)
            DO UPDATE SET to_time = EXCLUDED.to_time WHERE EXCLUDED.to_time > candle_gaps.to_time
            """
        )
    }
}
