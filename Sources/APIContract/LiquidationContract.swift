/// `GET /api/v1/market/liquidations/:symbol`.
public struct LiquidationPageView: Codable, Hashable, Sendable {
    /// `BTCUSDT-PERP`.
    public var symbol: String
    /// Newest first.
    public var recent: [LiquidationView]
    /// One entry per venue and window; none of a venue that publishes no liquidations.
    public var totals: [LiquidationTotalView]
    /// Where open positions would be liquidated; null where it is not estimated, or not yet.
    public var map: LiquidationMapView?

    /// Creates a page.
    public init(
        symbol: String,
        recent: [LiquidationView],
        totals: [LiquidationTotalView],
        map: LiquidationMapView?
    ) {
        self.symbol = symbol
        self.recent = recent
        self.totals = totals
        self.map = map
    }
}

/// One position that was closed by force.
public struct LiquidationView: Codable, Hashable, Sendable {
    /// `binance`, `bybit` or `okx`.
    public var exchange: String
    /// The position that was closed: `long` or `short`.
    public var side: String
    /// A decimal string.
    public var price: String
    /// Base asset.
    public var quantity: String
    /// Quote asset; null outside the range of decimals.
    public var notional: String?
    /// Market time, milliseconds since 1970.
    public var ts: Int64

    /// Creates a liquidation.
    public init(exchange: String, side: String, price: String, quantity: String, notional: String?, ts: Int64) {
        self.exchange = exchange
        self.side = side
        self.price = price
        self.quantity = quantity
        self.notional = notional
        self.ts = ts
    }
}

/// What was liquidated on one venue within a window that ends now.
public struct LiquidationTotalView: Codable, Hashable, Sendable {
    /// `binance`, `bybit` or `okx`.
    public var exchange: String
    /// `1h`, `4h` or `24h`.
    public var window: String
    /// Notional of the long positions that were closed, quote asset.
    public var long: String
    /// Notional of the short positions that were closed, quote asset.
    public var short: String
    /// What the venue publishes: `complete`, or `sampled`, at most one for each symbol and second.
    public var completeness: String
    /// Since when the venue was heard without interruption, milliseconds since 1970; null while it is not heard.
    ///
    /// What is before that may lack some.
    public var heardFrom: Int64?

    /// Creates a total.
    public init(
        exchange: String,
        window: String,
        long: String,
        short: String,
        completeness: String,
        heardFrom: Int64?
    ) {
        self.exchange = exchange
        self.window = window
        self.long = long
        self.short = short
        self.completeness = completeness
        self.heardFrom = heardFrom
    }
}

extension LiquidationPageView {
    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(symbol, forKey: .symbol)
        try container.encode(recent, forKey: .recent)
        try container.encode(totals, forKey: .totals)
        try container.encodeOrNull(map, forKey: .map)
    }
}

extension LiquidationView {
    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(exchange, forKey: .exchange)
        try container.encode(side, forKey: .side)
        try container.encode(price, forKey: .price)
        try container.encode(quantity, forKey: .quantity)
        try container.encodeOrNull(notional, forKey: .notional)
        try container.encode(ts, forKey: .ts)
    }
}

extension LiquidationTotalView {
    /// Writes every field, null where there is no value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(exchange, forKey: .exchange)
        try container.encode(window, forKey: .window)
        try container.encode(long, forKey: .long)
        try container.encode(short, forKey: .short)
        try container.encode(completeness, forKey: .completeness)
        try container.encodeOrNull(heardFrom, forKey: .heardFrom)
    }
}
