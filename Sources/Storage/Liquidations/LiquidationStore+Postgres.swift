package import MarketFeed
import Markets
package import Postgres

extension LiquidationStore {
    /// Liquidations in the table of that name.
    package static func postgres(_ pool: PostgresPool) -> LiquidationStore {
        LiquidationStore(
            insert: { liquidations in try await insert(liquidations, into: pool) },
            sums: { span in
                try await pool.query(
                    """
                    SELECT exchange, symbol, date_trunc('minute', occurred_at) AS minute,
                        coalesce(sum(notional) FILTER (WHERE side = 'long'), 0),
                        coalesce(sum(notional) FILTER (WHERE side = 'short'), 0)
                    FROM liquidations WHERE occurred_at >= \(span.from) AND occurred_at < \(span.to)
                    GROUP BY exchange, symbol, minute
                    """
                ).map(LiquidationSum.init(row:))
            },
            recent: { since, limit in
                try await pool.query(
                    """
                    SELECT exchange, symbol, side, price, quantity, occurred_at FROM (
                        SELECT *, row_number() OVER (PARTITION BY symbol ORDER BY occurred_at DESC, id DESC) AS place
                        FROM liquidations WHERE occurred_at >= \(since)
                    ) ranked
                    WHERE place <= \(limit) ORDER BY occurred_at, id
                    """
                ).map(VenueLiquidation.init(row:))
            },
            prune: { before, limit in
                let deleted = try await pool.query(
                    """
                    WITH old AS (
                        SELECT id FROM liquidations WHERE occurred_at < \(before) ORDER BY occurred_at LIMIT \(limit)
                    ), deleted AS (DELETE FROM liquidations WHERE id IN (SELECT id FROM old) RETURNING 1)
                    SELECT count(*) AS rows FROM deleted
                    """
                )
                return try deleted.first?.decode("rows", as: Int.self) ?? 0
            }
        )
    }

    /// One statement for the whole batch; what is there already stays as it is.
    ///
    /// A liquidation whose notional does not fit the column is nobody's: it is left out.
    private static func insert(_ liquidations: [VenueLiquidation], into pool: PostgresPool) async throws {
        let rows = liquidations.compactMap { one in one.liquidation.notional.map { (one, $0) } }
        if rows.isEmpty { return }
        try await pool.execute(
            """
            INSERT INTO liquidations (exchange, symbol, side, price, quantity, notional, occurred_at)
            SELECT * FROM unnest(
                \(rows.map(\.0.venue.rawValue))::text[], \(rows.map(\.0.liquidation.symbol.text))::text[],
                \(rows.map(\.0.liquidation.side.rawValue))::text[], \(rows.map(\.0.liquidation.price.value))::numeric[],
                \(rows.map(\.0.liquidation.quantity.value))::numeric[], \(rows.map(\.1.value))::numeric[],
                \(rows.map(\.0.time))::timestamptz[]
            )
            ON CONFLICT (exchange, symbol, occurred_at, side, price, quantity) DO NOTHING
            """
        )
    }
}
