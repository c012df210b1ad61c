import MarketFeed
import Markets
import Postgres

extension Candle {
    static let columns = "open_time, open, high, low, close, volume, quote_volume, trades, closed"

    /// Reads a row of ``columns``.
    init(row: PostgresRow, of series: CandleSeries) throws(PostgresError) {
        self.init(
            symbol: series.symbol,
            interval: series.interval,
            openTime: try row.decode(at: 0),
            open: Price(try row.decode(at: 1)),
            high: Price(try row.decode(at: 2)),
            low: Price(try row.decode(at: 3)),
            close: Price(try row.decode(at: 4)),
            volume: Quantity(try row.decode(at: 5)),
            quoteVolume: Money(try row.decode(at: 6)),
            trades: try row.decode(at: 7),
            isClosed: try row.decode(at: 8)
        )
    }
}

extension CandleGap {
    static let columns = "exchange, symbol, interval, from_time, to_time"

    /// Reads a row of ``columns``.
    init(row: PostgresRow) throws(PostgresError) {
        self.init(
            series: CandleSeries(
                venue: try row.decode(at: 0),
                symbol: try row.decode(at: 1),
                interval: try row.decode(at: 2)
            ),
            span: TimeSpan(from: try row.decode(at: 3), to: try row.decode(at: 4))
        )
    }
}
