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

    /// Connections to the venue.
    public struct Connections: Codable, Hashable, Sendable {
        /// Those that bring everything they should.
        public var live: Int
        /// Those that there should be.
        public var total: Int

        /// Creates a census.
        public init(live: Int, total: Int) {
            self.live = live
            self.total = total
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
    /// Connections now.
    public var connections: Connections
    /// Connections made again after they were lost, since the start.
    public var reconnects: Int
    /// Messages received since the start.
    public var messages: Int
    /// Messages and rows that could not be understood since the start, by reason: `malformed`, `field_missing`, ….
    public var refused: [String: Int]
    /// Connections that ended, or could not be made, since the start, by reason: `closed`, `silent`, ….
    public var faults: [String: Int]
    /// Trades and changes of order books that were heard before, since the start.
    public var repeated: Int
    /// Prices older than what was known, since the start.
    public var outOfOrder: Int
    /// Figures that cannot be true of the market and were left out, since the start.
    public var implausible: Int
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
        connections: Connections,
        reconnects: Int,
        messages: Int,
        refused: [String: Int],
        faults: [String: Int],
        repeated: Int,
        outOfOrder: Int,
        implausible: Int,
        bookResyncs: Int,
        books: Books,
        gaps: Int
    ) {
        self.exchange = exchange
        self.state = state
        self.stale = stale
        self.lastMessageAt = lastMessageAt
        self.lagMs = lagMs
        self.connections = connections
        self.reconnects = reconnects
        self.messages = messages
        self.refused = refused
        self.faults = faults
        self.repeated = repeated
        self.outOfOrder = outOfOrder
        self.implausible = implausible
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
        try container.encode(connections, forKey: .connections)
        try container.encode(reconnects, forKey: .reconnects)
        try container.encode(messages, forKey: .messages)
        try container.encode(refused, forKey: .refused)
        try container.encode(faults, forKey: .faults)
        try container.encode(repeated, forKey: .repeated)
        try container.encode(outOfOrder, forKey: .outOfOrder)
        try container.encode(implausible, forKey: .implausible)
        try container.encode(bookResyncs, forKey: .bookResyncs)
        try container.encode(books, forKey: .books)
        try container.encode(gaps, forKey: .gaps)
    }
}
