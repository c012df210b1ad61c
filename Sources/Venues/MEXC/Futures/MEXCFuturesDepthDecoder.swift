import Markets

/// `push.depth`: what changed in the book since the message before.
///
/// ```json
/// {"symbol":"DOGE_USDT","data":{"cts":1789498405531,"asks":[[0.080100,2868,1],[0.08039,64,1]],
///  "bids":[[0.08003,8905,4],[0.07969,0,0]],"end":8752808003,"begin":8752807948,"version":8752808003},
///  "channel":"push.depth","ts":1789498405534}
/// ```
/// A level is price, contracts, orders, in any order; no contracts take it away. Merged messages count from `begin` to
/// `end`; one that is not merged has its `version` alone.
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#public-channels>
struct MEXCFuturesDepthDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    mutating func decode(_ data: VenueValue, frame: MEXCFrame) throws(FrameRefusal) -> BookFrame {
        guard data.isObject else { throw FrameRefusal(.shapeUnknown, field: "data") }
        fields.read(data)
        let last = try fields[.end].isAbsent ? fields.integer(.version) : fields.integer(.end)
        let first = try fields[.begin].isAbsent ? last : fields.integer(.begin)
        guard first <= last else { throw FrameRefusal(.contradiction) }
        return BookFrame(
            market: frame.market.index,
            symbol: frame.market.symbol,
            kind: .changes,
            first: first,
            last: last,
            exchangeTime: frame.time,
            bids: try fields[.bids].levels(of: frame.market, inContracts: true, name: "bids"),
            asks: try fields[.asks].levels(of: frame.market, inContracts: true, name: "asks")
        )
    }

    enum Field: Int, VenueFieldName {
        case begin, end, version, bids, asks

        var key: String {
            switch self {
            case .begin: "begin"
            case .end: "end"
            case .version: "version"
            case .bids: "bids"
            case .asks: "asks"
            }
        }
    }
}
