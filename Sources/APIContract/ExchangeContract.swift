/// One venue's state: an item of `GET /api/v1/market/exchanges`.
public struct ExchangeStateView: Codable, Hashable, Sendable {
    /// Milliseconds from the venue's clock to ours.
    public struct Lag: Codable, Hashable, Sendable {
        /// Median.
        public var p50: Double?
        /// 99th percentile.
        public var p99: Double?

        /// Creates a lag.
        public init(p50: Double?, p99: Double?) {
            self.p50 = p50
            self.p99 = p99
        }
    }

    /// How many order books are in which state.
    public struct Books: Codable, Hashable, Sendable {
        /// True as of their last change.
        public var live: Int
        /// Changes were missed; they are built anew.
        public var resyncing: Int
        /// Not heard of for too long.
        public var stale: Int

        /// Creates a tally.
        public init(live: Int, resyncing: Int, stale: Int) {
            self.live = live
            self.resyncing = resyncing
            self.stale = stale
        }
    }

    /// `binance`, `bybit`, `okx` or `mexc`.
    public var exchange: String
    /// `live`, `degraded`, `down` or `simulated`.
    public var state: String
    /// Whether its spot markets or its perpetuals have gone silent, also where the state is `simulated`.
    public var stale: Bool
    /// ISO 8601 UTC with milliseconds; null before the first message.
    public var lastMessageAt: String?
    /// Milliseconds; null before the first message.
    public var lagMs: Lag?
    /// Connections made again since the start.
    public var reconnects: Int
    /// Order books that had to be built anew since the start.
    public var bookResyncs: Int
    /// Order books by state, now.
    public var books: Books
    /// Gaps marked in candles since the start.
    public var gaps: Int

    /// Creates a state.
    public init(
        exchange: String,
        state: String,
        stale: Bool,
        lastMessageAt: String?,
        lagMs: Lag?,
        reconnects: Int,
        bookResyncs: Int,
        books: Books,
        gaps: Int
    ) {
        self.exchange = exchange
        self.state = state
        self.stale = stale
        self.lastMessageAt = lastMessageAt
        self.lagMs = lagMs
        self.reconnects = reconnects
        self.bookResyncs = bookResyncs
        self.books = books
        self.gaps = gaps
    }
}

extension ExchangeStateView {
    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(exchange, forKey: .exchange)
        try container.encode(state, forKey: .state)
        try container.encode(stale, forKey: .stale)
        try container.encodeOrNull(lastMessageAt, forKey: .lastMessageAt)
        try container.encodeOrNull(lagMs, forKey: .lagMs)
        try container.encode(reconnects, forKey: .reconnects)
        try container.encode(bookResyncs, forKey: .bookResyncs)
        try container.encode(books, forKey: .books)
        try container.encode(gaps, forKey: .gaps)
    }
}
