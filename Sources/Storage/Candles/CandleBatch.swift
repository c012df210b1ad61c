import MarketFeed
import Markets
import Postgres

/// Candles on their way into the table: copied beside it, then merged with what is there in one statement.
struct CandleBatch {
    private let candles: [VenueCandle]

    init(_ candles: [VenueCandle]) { self.candles = candles }

    /// All rows or none; when it returns, they are on disk.
    func write(to pool: PostgresPool) async throws {
        if candles.isEmpty { return }
        let candles = self.candles
        try await pool.withTransaction { connection in
            try await Self.makeStage(on: connection)
            let rows = candles.lazy.map { Self.row($0) }
            try await connection.copy(into: Self.stage, columns: Self.columns, rows: Array(rows))
            try await connection.execute(Self.merge)
        }
    }

    private static let stage = "candle_stage"
    private static let columns = [
        "exchange", "symbol", "interval", "open_time", "open", "high", "low", "close", "volume", "quote_volume",
        "trades", "closed",
    ]

    private static let columnList = columns.joined(separator: ", ")

    /// The session's own table to copy into, made once per session and empty after each transaction.
    ///
    /// Asked for by name: `IF NOT EXISTS` would send a notice every time.
    private static func makeStage(on connection: PostgresConnection) async throws {
        let rows = try await connection.query("SELECT to_regclass('pg_temp.candle_stage') IS NULL AS missing")
        guard try rows.first?.decode("missing", as: Bool.self) ?? true else { return }
        try await connection.execute(
            "CREATE TEMPORARY TABLE candle_stage (LIKE candles) ON COMMIT DELETE ROWS"
        )
    }

    private static func row(_ item: VenueCandle) -> [any PostgresEncodable] {
        let candle = item.candle
        return [
            item.venue.rawValue, candle.symbol.text, candle.interval.rawValue, candle.openTime, candle.open.value,
            candle.high.value, candle.low.value, candle.close.value, candle.volume.value, candle.quoteVolume.value,
            candle.trades, candle.isClosed,
        ]
    }

    /// Merges the stage into the table; of two candles of one key the better one stays.
    ///
    /// A closed candle gives way only to a closed one, which is the venue correcting itself; an open one to a closed one
    /// or to one that has seen at least as many trades. Equal rows are left alone: writing a batch again writes nothing.
    ///
    /// The order by key makes concurrent batches lock rows in one order, so that they cannot wait for each other in a ring.
    private static let merge: PostgresQuery = """
        INSERT INTO candles (\(unescaped: columnList))
        SELECT DISTINCT ON (exchange, symbol, interval, open_time) \(unescaped: columnList)
        FROM candle_stage
        ORDER BY exchange, symbol, interval, open_time, closed DESC, trades DESC, volume DESC
        ON CONFLICT (exchange, symbol, interval, open_time) DO UPDATE SET
            open = EXCLUDED.open, high = EXCLUDED.high, low = EXCLUDED.low, close = EXCLUDED.close,
            volume = EXCLUDED.volume, quote_volume = EXCLUDED.quote_volume, trades = EXCLUDED.trades,
            closed = EXCLUDED.closed
        WHERE (EXCLUDED.closed OR (NOT candles.closed AND EXCLUDED.trades >= candles.trades))
            AND (candles.open, candles.high, candles.low, candles.close, candles.volume, candles.quote_volume,
                candles.trades, candles.closed)
            IS DISTINCT FROM (EXCLUDED.open, EXCLUDED.high, EXCLUDED.low, EXCLUDED.close, EXCLUDED.volume,
                EXCLUDED.quote_volume, EXCLUDED.trades, EXCLUDED.closed)
        """
}
