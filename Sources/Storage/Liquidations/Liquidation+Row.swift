import MarketFeed
import Markets
import Postgres

extension VenueLiquidation {
    /// Reads exchange, symbol, side, price, quantity and instant.
    init(row: PostgresRow) throws(PostgresError) {
        self.init(
            venue: try row.decode(at: 0),
            liquidation: Liquidation(
                symbol: try row.decode(at: 1),
                side: try row.decode(at: 2),
                price: Price(try row.decode(at: 3)),
                quantity: Quantity(try row.decode(at: 4))
            ),
            time: try row.decode(at: 5)
        )
    }
}

extension LiquidationSum {
    /// Reads exchange, symbol, minute and the notional of longs and shorts.
    init(row: PostgresRow) throws(PostgresError) {
        self.init(
            venue: try row.decode(at: 0),
            symbol: try row.decode(at: 1),
            minute: try row.decode(at: 2),
            long: Money(try row.decode(at: 3)),
            short: Money(try row.decode(at: 4))
        )
    }
}
