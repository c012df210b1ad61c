/// `GET /api/v1/market/tickers`.
public struct TickerPageView: Codable, Hashable, Sendable {
    /// One ticker per symbol.
    public var items: [TickerView]
    /// When the list was made, ISO 8601 UTC with milliseconds.
    public var asOf: String
}

/// The last 24 hours of one symbol over all venues.
public struct TickerView: Codable, Hashable, Sendable {
    /// `BTCUSDT`.
    public var symbol: String
    /// `BTC`.
    public var base: String
    /// `USDT`.
    public var quote: String
    /// Last price, a decimal string.
    public var price: String
    /// Percent over 24 hours.
    public var change24h: Double
    /// Quote asset traded in 24 hours, a decimal string.
    public var volume: String
    /// Highest price in 24 hours.
    public var high24h: String
    /// Lowest price in 24 hours.
    public var low24h: String
    /// Best bid; null when not known.
    public var bid: String?
    /// Best ask; null when not known.
    public var ask: String?
    /// Market time, milliseconds since 1970.
    public var ts: Int64
    /// Whether no venue was heard lately.
    public var stale: Bool
    /// The same by venue.
    public var exchanges: [VenueTickerView]
}

/// One venue's part of a ticker.
public struct VenueTickerView: Codable, Hashable, Sendable {
    /// `binance`, `bybit`, `okx` or `mexc`.
    public var exchange: String
    /// Last price, a decimal string.
    public var price: String
    /// Percent over 24 hours.
    public var change24h: Double
    /// Quote asset traded in 24 hours.
    public var volume: String
    /// Best bid; null when not known.
    public var bid: String?
    /// Best ask; null when not known.
    public var ask: String?
    /// Market time, milliseconds since 1970.
    public var ts: Int64
    /// Whether the venue was not heard lately.
    public var stale: Bool
}

/// `GET /api/v1/market/candles/:symbol`.
public struct CandlePageView: Codable, Hashable, Sendable {
    /// `BTCUSDT`.
    public var symbol: String
    /// The venue the candles come from.
    public var exchange: String
    /// `1m`, `5m`, `15m`, `1h`, `4h` or `1d`.
    public var interval: String
    /// Oldest first.
    public var items: [CandleView]
    /// Spans in which the feed was down and candles are missing.
    public var gaps: [GapView]

    /// Creates a page.
    public init(symbol: String, exchange: String, interval: String, items: [CandleView], gaps: [GapView]) {
        self.symbol = symbol
        self.exchange = exchange
        self.interval = interval
        self.items = items
        self.gaps = gaps
    }
}

/// One candle; prices and volume are decimal strings.
public struct CandleView: Codable, Hashable, Sendable {
    /// Milliseconds since 1970, a multiple of the interval.
    public var openTime: Int64
    /// First price.
    public var open: String
    /// Highest price.
    public var high: String
    /// Lowest price.
    public var low: String
    /// Last price.
    public var close: String
    /// Base asset traded.
    public var volume: String
    /// Number of trades.
    public var trades: Int
    /// Whether the interval is over and the venue has confirmed it.
    public var closed: Bool

    /// Creates a candle.
    public init(
        openTime: Int64,
        open: String,
        high: String,
        low: String,
        close: String,
        volume: String,
        trades: Int,
        closed: Bool
    ) {
        self.openTime = openTime
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
        self.trades = trades
        self.closed = closed
    }
}

/// A span of time, milliseconds since 1970, the end not included.
public struct GapView: Codable, Hashable, Sendable {
    /// First missing millisecond.
    public var from: Int64
    /// First millisecond that is there again.
    public var to: Int64

    /// Creates a span.
    public init(from: Int64, to: Int64) {
        self.from = from
        self.to = to
    }
}

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

    /// `binance`, `bybit`, `okx` or `mexc`.
    public var exchange: String
    /// `live`, `degraded`, `down` or `simulated`.
    public var state: String
    /// ISO 8601 UTC with milliseconds; null before the first message.
    public var lastMessageAt: String?
    /// Milliseconds; null before the first message.
    public var lagMs: Lag?
    /// Connections made again since the start.
    public var reconnects: Int

    /// Creates a state.
    public init(exchange: String, state: String, lastMessageAt: String?, lagMs: Lag?, reconnects: Int) {
        self.exchange = exchange
        self.state = state
        self.lastMessageAt = lastMessageAt
        self.lagMs = lagMs
        self.reconnects = reconnects
    }
}

extension ExchangeStateView {
    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(exchange, forKey: .exchange)
        try container.encode(state, forKey: .state)
        try container.encodeOrNull(lastMessageAt, forKey: .lastMessageAt)
        try container.encodeOrNull(lagMs, forKey: .lagMs)
        try container.encode(reconnects, forKey: .reconnects)
    }
}
