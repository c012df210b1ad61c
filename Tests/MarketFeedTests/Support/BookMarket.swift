import MarketFeed
import Markets
import Testing

/// A board beside the books, and short ways to say what happened to a book.
struct BookMarket {
    let board: MarketBoard

    init(now: @escaping @Sendable () -> MarketTime = { Samples.midnight }) {
        board = MarketBoard(now: now)
    }

    func book(
        _ kind: BookUpdate.Kind,
        of symbol: String = "BTCUSDT",
        on venue: Venue = .binance,
        bids: KeyValuePairs<String, String>,
        asks: KeyValuePairs<String, String>,
        sequence: Int64 = 1,
        at time: Int64 = Samples.midnight.milliseconds
    ) throws -> MarketEvent {
        let update = BookUpdate(
            symbol: try Samples.symbol(symbol),
            kind: kind,
            bids: try bids.map { try Self.level($0.key, $0.value) },
            asks: try asks.map { try Self.level($0.key, $0.value) },
            sequence: sequence
        )
        return Samples.event(.book(update), on: venue, at: time)
    }

    static func level(_ price: String, _ quantity: String) throws -> BookLevel {
        BookLevel(price: try Samples.price(price), quantity: try Samples.quantity(quantity))
    }
}
