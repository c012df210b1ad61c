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
    /// Our own id of the asset that the price is of: the base, or another name where venues mean different coins by it.
    public var asset: String
    /// Last price, weighted by volume over the venues that count; a decimal string.
    public var price: String
    /// Percent over 24 hours; null when the price of a day ago is not known.
    public var change24h: Double?
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
    /// Of a perpetual: base asset held open, over the venues that count and say it.
    public var openInterest: String?
    /// The same by venue.
    public var exchanges: [VenueTickerView]
}

/// One venue's part of a ticker.
public struct VenueTickerView: Codable, Hashable, Sendable {
    /// `binance`, `bybit`, `okx` or `mexc`.
    public var exchange: String
    /// Last price, a decimal string.
    public var price: String
    /// Percent over 24 hours; null when the price of a day ago is not known.
    public var change24h: Double?
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
    /// Our own id of what the venue means by the base.
    public var asset: String
    /// Why the venue counts neither in price nor in volume or book: `other_asset` or `price_divergence`; null where it
    /// counts.
    public var setApart: String?
    /// Of a perpetual: the price that profit and liquidation are reckoned from.
    public var markPrice: String?
    /// Of a perpetual: the price of what it follows.
    public var indexPrice: String?
    /// Of a perpetual: base asset held open, one side counted.
    public var openInterest: String?
    /// Of a perpetual: what holders pay each other next.
    public var funding: FundingView?
}

/// What holders of a perpetual pay each other next.
public struct FundingView: Codable, Hashable, Sendable {
    /// A fraction of the notional, `"0.0001"` for one basis point; longs pay while it is positive.
    public var rate: String
    /// ISO 8601 UTC with milliseconds; null where the venue does not say.
    public var nextAt: String?
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
