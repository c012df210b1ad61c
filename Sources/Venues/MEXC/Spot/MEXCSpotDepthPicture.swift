import Markets

/// `GET /api/v3/depth`.
///
/// ```json
/// {"lastUpdateId":1377043284,"bids":[["30225.99","0.001558"],…],"asks":[["30226","0.15"],…],"timestamp":1664332249000}
/// ```
/// Best first; a side with fewer levels than were asked for is the whole side.
/// <https://mexcdevelop.github.io/apidocs/spot_v3_en/#order-book>
struct MEXCSpotDepthPicture {
    let frame: BookFrame

    init(json bytes: UnsafeRawBufferPointer, market: Market, limit: Int) throws(FrameRefusal) {
        var json = VenueParser(maximumBytes: MEXCSpotClient.maximumSmallBodyBytes, maximumDepth: 8)
        let root: VenueValue
        do { root = try json.parse(bytes) } catch { throw FrameRefusal(fault: error) }
        var fields = VenueFields<Field>()
        fields.read(root)
        let number = try fields.integer(.lastUpdateID)
        let bids = try fields[.bids].levels(of: market, name: "bids")
        let asks = try fields[.asks].levels(of: market, name: "asks")
        frame = BookFrame(
            market: market.index,
            symbol: market.symbol,
            kind: .snapshot,
            first: number,
            last: number,
            exchangeTime: fields[.time].integer.flatMap { MarketTime(venueTime: $0) },
            bids: bids,
            asks: asks,
            isWhole: bids.count < limit && asks.count < limit
        )
    }

    private enum Field: Int, VenueFieldName {
        case lastUpdateID, bids, asks, time

        var key: String {
            switch self {
            case .lastUpdateID: "lastUpdateId"
            case .bids: "bids"
            case .asks: "asks"
            case .time: "timestamp"
            }
        }
    }
}
