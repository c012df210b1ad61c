import Markets

/// `<symbol>@forceOrder` and `!forceOrder@arr`: an order by which the venue closed somebody's position.
///
/// ```json
/// {"e":"forceOrder","E":1791391083124,"o":{"s":"ILVUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"116.5","p":"3.80300",
///  "ap":"3.85642","X":"FILLED","l":"25.2","z":"116.5","T":1791391082119,"ps":"ILVUSDT","st":1}}
/// ```
/// One object, also of the stream whose name ends in `@arr`. `S` is the order's side: a sell closes a long. `ap` is the
/// average price, `z` the filled and `q` the ordered quantity. At most one event a second is sent for each market, so
/// totals over them are lower bounds.
/// <https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Liquidation-Order-Streams>
struct BinanceForceOrderDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    /// Nil for a market of the other family or one that the listing had not.
    mutating func decode(
        _ order: VenueValue,
        _ markets: borrowing MarketTable,
        _ receivedTime: MarketTime
    ) throws(FrameRefusal) -> MarketEvent? {
        guard order.isObject else {
            throw FrameRefusal(order.isAbsent ? .fieldMissing : .fieldWrongType, field: "o")
        }
        fields.read(order)
        if let family = fields[.family].integer, family != BinanceUSDMDecoder.usdm { return nil }
        guard let market = markets.market(try fields.utf8(.symbol)) else { return nil }
        let header = BinanceEventHeader(
            symbol: market.symbol,
            eventTime: try fields.time(.tradeTime),
            receivedTime: receivedTime
        )
        let liquidation = Liquidation(
            symbol: market.symbol,
            side: try side(),
            price: try fields.price(try priceField(), of: market),
            quantity: try fields.quantity(try quantityField(), of: market, above: true)
        )
        return header.event(.liquidation(liquidation))
    }

    private func side() throws(FrameRefusal) -> PositionSide {
        if fields[.side].equals("SELL") { return .long }
        if fields[.side].equals("BUY") { return .short }
        _ = try fields.utf8(.side)
        throw FrameRefusal(.valueOutOfRange, field: Field.side.key)
    }

    /// An order that is not filled yet has an average of zero, and only its limit to go by.
    private func priceField() throws(FrameRefusal) -> Field {
        if fields[.averagePrice].isAbsent { return .price }
        return try fields.nonNegative(.averagePrice).isPositive ? .averagePrice : .price
    }

    private func quantityField() throws(FrameRefusal) -> Field {
        if fields[.filledQuantity].isAbsent { return .quantity }
        return try fields.nonNegative(.filledQuantity).isPositive ? .filledQuantity : .quantity
    }

    enum Field: Int, VenueFieldName {
        case symbol, side, price, averagePrice, quantity, filledQuantity, tradeTime, family

        var key: String {
            switch self {
            case .symbol: "s"
            case .side: "S"
            case .price: "p"
            case .averagePrice: "ap"
            case .quantity: "q"
            case .filledQuantity: "z"
            case .tradeTime: "T"
            case .family: "st"
            }
        }
    }
}
