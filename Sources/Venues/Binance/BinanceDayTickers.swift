import Markets

/// `GET /api/v3/ticker/24hr`.
///
/// ```json
/// [{"symbol":"BTCUSDT","priceChange":"204.80000000","priceChangePercent":"0.242","weightedAvgPrice":"84683.21178952",
///   "prevClosePrice":"84500.83000000","lastPrice":"84705.64000000","lastQty":"0.19332000",
///   "bidPrice":"84705.63000000","bidQty":"5.70625000","askPrice":"84705.64000000","askQty":"0.51621000",
///   "openPrice":"84500.84000000","highPrice":"85037.63000000","lowPrice":"84422.01000000","volume":"6808.46350000",
///   "quoteVolume":"576562556.53172220","openTime":1790975825001,"closeTime":1791062225001,"firstId":6733224765,
///   "lastId":6733934904,"count":710140},…]
/// ```
/// A market without a trade has a last price of zero and is left out, and so is one that the listing had not.
/// <https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#24hr-ticker-price-change-statistics>
struct BinanceDayTickers {
    private(set) var events: [MarketEvent] = []
    /// Rows left out because they are not what is documented.
    private(set) var refusals = RefusalCounts()

    init(
        json bytes: UnsafeRawBufferPointer,
        markets: MarketTable,
        receivedTime: MarketTime
    ) throws(FrameRefusal) {
        var json = VenueParser(maximumBytes: BinanceSpotClient.maximumBodyBytes, maximumDepth: 16)
        let root: VenueValue
        do { root = try json.parse(bytes) } catch { throw FrameRefusal(fault: error) }
        guard root.isArray else { throw FrameRefusal(.shapeUnknown) }
        var fields = VenueFields<Field>()
        var tally = RowTally()
        try tally.each(of: root) { value throws(FrameRefusal) in
            fields.read(value)
            guard let market = markets.market(try fields.utf8(.symbol)) else { return }
            try Self.append(fields, market, receivedTime, to: &events)
        }
        try tally.settle(into: &refusals)
    }

    private static func append(
        _ fields: borrowing VenueFields<Field>,
        _ market: Market,
        _ receivedTime: MarketTime,
        to events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        let last = Price(try fields.nonNegative(.last))
        guard last.value.isPositive else { return }
        let header = BinanceEventHeader(
            symbol: market.symbol,
            eventTime: try fields.time(.closeTime),
            receivedTime: receivedTime
        )
        let ticker = Ticker(
            symbol: market.symbol,
            last: last,
            open24h: Price(try fields.nonNegative(.open)),
            high24h: Price(try fields.nonNegative(.high)),
            low24h: Price(try fields.nonNegative(.low)),
            baseVolume: Quantity(try fields.nonNegative(.baseVolume)),
            quoteVolume: Money(try fields.nonNegative(.quoteVolume))
        )
        guard ticker.low24h <= ticker.high24h else { throw FrameRefusal(.contradiction) }
        let quote = Quote(
            symbol: market.symbol,
            bid: Price(try fields.nonNegative(.bid)),
            bidQuantity: Quantity(try fields.nonNegative(.bidQuantity)),
            ask: Price(try fields.nonNegative(.ask)),
            askQuantity: Quantity(try fields.nonNegative(.askQuantity))
        )
        events.append(header.event(.ticker(try market.unbundled(ticker))))
        // A side without an order is written as zero.
        guard quote.bid.value.isPositive, quote.ask.value.isPositive, quote.bid <= quote.ask else { return }
        events.append(header.event(.quote(try market.unbundled(quote))))
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
