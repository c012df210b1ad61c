import Markets

/// A row of the `trades` channel, one for each price that a taker's order met, and of `GET /api/v5/market/trades`.
///
/// ```json
/// {"instId":"BTC-USDT","tradeId":"1062992715","px":"83772.6","sz":"0.0000178","side":"buy","ts":"1790358565298",
///  "count":"1","source":"1","seqId":81625379835}
/// ```
/// `side` is the taker's, `sz` of a swap in contracts. `tradeId` is that of the last of `count` trades.
/// <https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-trades-channel>
struct OKXTradeDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    mutating func decode(
        _ row: VenueValue,
        frame: OKXFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        fields.read(row)
        try frame.checkName(fields[.instrument])
        let trade = Trade(
            symbol: frame.market.symbol,
            id: try fields.integerText(.id),
            price: try fields.price(.price, of: frame.market),
            quantity: try fields.quantity(.size, of: frame.market, inContracts: true, above: true),
            takerSide: try OKXSide.order(fields[.side])
        )
        events.append(frame.event(.trade(trade), at: try fields.timeText(.time)))
    }

    enum Field: Int, VenueFieldName {
        case instrument, id, price, size, side, time

        var key: String {
            switch self {
            case .instrument: "instId"
            case .id: "tradeId"
            case .price: "px"
            case .size: "sz"
            case .side: "side"
            case .time: "ts"
            }
        }
    }
}

enum OKXSide {
    /// The side of an order, `buy` or `sell`.
    static func order(_ side: VenueValue) throws(FrameRefusal) -> Side {
        if side.equals("buy") { return .buy }
        if side.equals("sell") { return .sell }
        if side.isAbsent { throw FrameRefusal(.fieldMissing, field: "side") }
        throw FrameRefusal(side.utf8 == nil ? .fieldWrongType : .valueOutOfRange, field: "side")
    }
}
