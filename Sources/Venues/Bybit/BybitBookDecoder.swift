import Markets

/// `orderbook.<depth>.<symbol>`: a snapshot of so many levels, then what changed.
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
    private var levels = LevelReader()

    mutating func decode(_ data: VenueValue, frame: BybitFrame) throws(FrameRefusal) -> BookFrame {
        guard data.isObject else { throw FrameRefusal(.shapeUnknown, field: "data") }
        fields.read(data)
        try frame.checkSymbol(fields[.symbol])
        let update = try fields.integer(.update)
        guard update > 0 else { throw FrameRefusal(.valueOutOfRange, field: Field.update.key) }
        return BookFrame(
            market: frame.market.index,
            symbol: frame.market.symbol,
            kind: frame.isSnapshot || update == 1 ? .snapshot : .changes,
            first: update,
            last: update,
            exchangeTime: frame.time,
            bids: try levels.read(fields[.bids], of: frame.market, name: "b"),
            asks: try levels.read(fields[.asks], of: frame.market, name: "a")
        )
    }

    enum Field: Int, VenueFieldName {
        case symbol, bids, asks, update

        var key: String {
            switch self {
            case .symbol: "s"
            case .bids: "b"
            case .asks: "a"
            case .update: "u"
            }
        }
    }
}
