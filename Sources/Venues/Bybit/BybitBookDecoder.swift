import Markets

/// `orderbook.<depth>.<symbol>`: a snapshot of so many levels, then what changed; and `GET /v5/market/orderbook`.
///
/// ```json
/// {"topic":"orderbook.50.BTCPERP","type":"delta","ts":1680673821651,"data":{"s":"BTCPERP","b":[["28555.20","0.677"]],
///  "a":[["28555.30","0.029"]],"u":20683569,"seq":10916156553}}
/// ```
/// Sizes are absolute and zero takes a price away. A new snapshot may come at any time, and `u` of 1 is one whatever
/// `type` says: the venue has started over. Nothing promises that `u` rises by one.
/// <https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook>
struct BybitBookDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    mutating func decode(_ data: VenueValue, frame: BybitFrame) throws(FrameRefusal) -> BookFrame {
        guard data.isObject else { throw FrameRefusal(.shapeUnknown, field: "data") }
        fields.read(data)
        try frame.checkSymbol(fields[.symbol])
        let update = try fields.integer(.update)
        guard update > 0 else { throw FrameRefusal(.valueOutOfRange, field: Field.update.key) }
        let kind: BookFrame.Kind = frame.isSnapshot || update == 1 ? .snapshot : .changes
        return try book(kind, number: update, at: frame.time, of: frame.market)
    }

    /// A whole book over REST, whose `result` is what `data` is on the stream, and its time.
    mutating func decode(_ answer: borrowing BybitAnswer, of market: Market) throws(FrameRefusal) -> BookFrame {
        fields.read(answer.result)
        return try book(.snapshot, number: try fields.integer(.update), at: try fields.time(.time), of: market)
    }

    private mutating func book(
        _ kind: BookFrame.Kind,
        number: Int64,
        at time: MarketTime,
        of market: Market
    ) throws(FrameRefusal) -> BookFrame {
        BookFrame(
            market: market.index,
            symbol: market.symbol,
            kind: kind,
            first: number,
            last: number,
            exchangeTime: time,
            bids: try fields[.bids].levels(of: market, name: "b"),
            asks: try fields[.asks].levels(of: market, name: "a")
        )
    }

    enum Field: Int, VenueFieldName {
        case symbol, bids, asks, update, time

        var key: String {
            switch self {
            case .symbol: "s"
            case .bids: "b"
            case .asks: "a"
            case .update: "u"
            case .time: "ts"
            }
        }
    }
}
