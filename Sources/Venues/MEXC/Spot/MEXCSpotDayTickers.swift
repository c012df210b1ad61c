import Markets

/// `GET /api/v3/ticker/24hr`.
///
/// ```json
/// [{"symbol":"BTCUSDT","priceChange":"184.34","priceChangePercent":"0.00400048","prevClosePrice":"46079.37",
///   "lastPrice":"46263.71","bidPrice":"46260.38","bidQty":"0.02","askPrice":"46260.41","askQty":"0.1",
///   "openPrice":"46079.37","highPrice":"47550.01","lowPrice":"45555.5","volume":"1732.461487",
///   "quoteVolume":"80123456.7","openTime":1641349500000,"closeTime":1641349582808,"count":null},…]
/// ```
/// `priceChangePercent` is a fraction in spite of its name; we compute the change from the opening and the last price. The
/// quantities at the best prices may be empty. Rows of markets that the listing had not are left out, and so is a market
/// that has not traded.
/// <https://mexcdevelop.github.io/apidocs/spot_v3_en/#24hr-ticker-price-change-statistics>
struct MEXCSpotDayTickers {
    private(set) var events: [MarketEvent] = []
    /// Rows left out because they are not what is documented.
    private(set) var refusals = RefusalCounts()

    init(
        json bytes: UnsafeRawBufferPointer,
        markets: MarketTable,
        receivedTime: MarketTime
    ) throws(FrameRefusal) {
        var json = VenueParser(maximumBytes: MEXCSpotClient.maximumBodyBytes, maximumDepth: 16)
        let root: VenueValue
        do { root = try json.parse(bytes) } catch { throw FrameRefusal(fault: error) }
        var fields = VenueFields<Field>()
        var tally = RowTally()
        try tally.each(of: root) { value throws(FrameRefusal) in
            fields.read(value)
            guard let market = markets.market(try fields.utf8(.symbol)) else { return }
            guard let last = try fields.nonNegativeIfAny(.last), last.isPositive else { return }
            let frame = MEXCFrame(market: market, time: try fields.time(.closeTime), receivedTime: receivedTime)
            let ticker = try Self.ticker(fields, market)
            let quote = try Self.quote(fields, market)
            events.append(frame.event(.ticker(ticker)))
            if let quote { events.append(frame.event(.quote(quote))) }
        }
        try tally.settle(into: &refusals)
    }

    private static func ticker(
        _ fields: borrowing VenueFields<Field>,
        _ market: Market
    ) throws(FrameRefusal) -> Ticker {
        let ticker = Ticker(
            symbol: market.symbol,
            last: try fields.price(.last, of: market),
            open24h: try fields.price(.open, of: market),
            high24h: try fields.price(.high, of: market),
            low24h: try fields.price(.low, of: market),
            baseVolume: try fields.quantity(.baseVolume, of: market),
            quoteVolume: Money(try fields.nonNegative(.quoteVolume))
        )
        guard ticker.low24h <= ticker.high24h else { throw FrameRefusal(.contradiction) }
        return ticker
    }

    /// Nil when a side has no order, or no quantity is told.
    private static func quote(
        _ fields: borrowing VenueFields<Field>,
        _ market: Market
    ) throws(FrameRefusal) -> Quote? {
        for field in [Field.bid, .bidQuantity, .ask, .askQuantity] {
            guard let value = try fields.nonNegativeIfAny(field), value.isPositive else { return nil }
        }
        let quote = Quote(
            symbol: market.symbol,
            bid: try fields.price(.bid, of: market),
            bidQuantity: try fields.quantity(.bidQuantity, of: market),
            ask: try fields.price(.ask, of: market),
            askQuantity: try fields.quantity(.askQuantity, of: market)
        )
        return quote.bid <= quote.ask ? quote : nil
    }

    private enum Field: Int, VenueFieldName {
        case symbol, last, open, high, low, baseVolume, quoteVolume, bid, bidQuantity, ask, askQuantity, closeTime

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .last: "lastPrice"
            case .open: "openPrice"
            case .high: "highPrice"
            case .low: "lowPrice"
            case .baseVolume: "volume"
            case .quoteVolume: "quoteVolume"
            case .bid: "bidPrice"
            case .bidQuantity: "bidQty"
            case .ask: "askPrice"
            case .askQuantity: "askQty"
            case .closeTime: "closeTime"
            }
        }
    }
}
