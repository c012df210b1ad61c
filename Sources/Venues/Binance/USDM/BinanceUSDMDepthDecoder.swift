import Markets

/// `<symbol>@depth` and `<symbol>@depth@100ms`: what changed in the book since the message before.
///
/// ```json
/// {"e":"depthUpdate","E":1622371244693,"T":1622371244687,"s":"BTCUSDT","U":475776377463,"u":475776380184,
///  "pu":475776377452,"b":[["35729.77","1.600"]],"a":[["35819.20","0.211"]]}
/// ```
/// `pu` is the `u` of the message before. `U` is not the `pu` after: the numbers count the changes of every market.
/// <https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Diff-Book-Depth-Streams>
struct BinanceUSDMDepthDecoder: ~Copyable {
    private var fields = VenueFields<Field>()
    private var levels = LevelReader()

    mutating func decode(
        _ object: VenueValue,
        _ market: Market,
        at time: MarketTime?
    ) throws(FrameRefusal) -> BookFrame {
        fields.read(object)
        let first = try fields.integer(.first)
        let last = try fields.integer(.last)
        let previous = try fields.integer(.previous)
        guard first <= last, previous <= last else { throw FrameRefusal(.contradiction) }
        return BookFrame(
            market: market.index,
            symbol: market.symbol,
            kind: .changes,
            first: first,
            last: last,
            previous: previous,
            exchangeTime: time,
            bids: try levels.read(fields[.bids], of: market, name: "b"),
            asks: try levels.read(fields[.asks], of: market, name: "a")
        )
    }

    enum Field: Int, VenueFieldName {
        case first, last, previous, bids, asks

        var key: String {
            switch self {
            case .first: "U"
            case .last: "u"
            case .previous: "pu"
            case .bids: "b"
            case .asks: "a"
            }
        }
    }
}
