/// `GET /api/v1/market/orderbook/:symbol`.
public struct OrderBookView: Codable, Hashable, Sendable {
    /// What crossed between venues and was taken out of the merged ladder.
    public struct Crossed: Codable, Hashable, Sendable {
        /// Highest price first.
        public var bids: [BookLevelView]
        /// Lowest price first.
        public var asks: [BookLevelView]
    }

    /// One venue's part of a merged book.
    public struct VenueBook: Codable, Hashable, Sendable {
        /// `binance`, `bybit`, `okx` or `mexc`.
        public var exchange: String
        /// The venue's own number of its book; null before the first snapshot.
        public var sequence: Int64?
        /// When it last changed, milliseconds since 1970; null before the first snapshot.
        public var ts: Int64?
        /// `live`, `resyncing` or `stale`.
        public var state: String
    }

    /// `BTCUSDT`.
    public var symbol: String
    /// The venue, or `aggregated`.
    public var exchange: String
    /// Highest price first; empty while the book is being built anew.
    public var bids: [BookLevelView]
    /// Lowest price first.
    public var asks: [BookLevelView]
    /// Rises with every change of the book; null before the first snapshot.
    public var sequence: Int64?
    /// When it last changed, milliseconds since 1970; null before the first snapshot.
    public var ts: Int64?
    /// `live`, `resyncing` or `stale`.
    public var state: String
    /// Of a merged book only.
    public var crossed: Crossed?
    /// Of a merged book only: the venues it is merged from.
    public var exchanges: [VenueBook]?
}

/// One price of an order book: `["67123.45","1.5"]`, in a merged book `["67123.45","1.5",{"binance":"1","okx":"0.5"}]`.
public struct BookLevelView: Codable, Hashable, Sendable {
    /// A decimal string.
    public var price: String
    /// Base asset, over all venues.
    public var quantity: String
    /// The quantity of each venue; null in one venue's book.
    public var venues: [String: String]?

    /// Reads the list.
    public init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        price = try list.decode(String.self)
        quantity = try list.decode(String.self)
        venues = list.isAtEnd ? nil : try list.decode([String: String].self)
    }

    /// Writes the list.
    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        try list.encode(price)
        try list.encode(quantity)
        if let venues { try list.encode(venues) }
    }
}
