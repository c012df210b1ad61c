import Markets

/// `GET /api/v3/depth`.
///
/// ```json
/// {"lastUpdateId":50093239218,"bids":[["61837.63000000","3.78826000"],…],"asks":[["61837.64000000","1.54698000"],…]}
/// ```
/// Best first; a side with fewer levels than were asked for is the whole side.
/// <https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#order-book>
struct BinanceDepth {
    let frame: BookFrame

    init(json bytes: UnsafeRawBufferPointer, market: Market, limit: Int) throws(FrameRefusal) {
        var json = VenueParser(maximumBytes: BinanceSpotClient.maximumSmallBodyBytes, maximumDepth: 8)
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
            bids: bids,
            asks: asks,
            isWhole: bids.count < limit && asks.count < limit
        )
    }

    private enum Field: Int, VenueFieldName {
        case lastUpdateID, bids, asks

        var key: String {
            switch self {
            case .lastUpdateID: "lastUpdateId"
            case .bids: "bids"
            case .asks: "asks"
            }
        }
    }
}
