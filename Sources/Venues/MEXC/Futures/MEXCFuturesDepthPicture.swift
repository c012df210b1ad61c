import Markets

/// `GET /api/v1/contract/depth/<symbol>`.
///
/// ```json
/// {"asks":[[29676.5,20696,2],…],"bids":[[29675.5,59944,2],…],"version":5216820883,"timestamp":1654328706778}
/// ```
/// A level is price, contracts, orders; a side with fewer levels than were asked for is the whole side. A delisted contract
/// is answered too, with an empty book and the time of its end.
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#get-the-contract-s-depth-information>
struct MEXCFuturesDepthPicture {
    /// An empty book of a market older than this is of one that is no more.
    static let staleMilliseconds: Int64 = 60_000

    let frame: BookFrame

    /// - Throws: ``FrameRefusal`` with `valueOutOfRange` of `timestamp` for the book of a contract that is no more.
    init(
        _ answer: borrowing MEXCFuturesAnswer,
        market: Market,
        limit: Int,
        receivedTime: MarketTime
    ) throws(FrameRefusal) {
        guard answer.data.isObject else { throw FrameRefusal(.shapeUnknown, field: "data") }
        var fields = VenueFields<Field>()
        fields.read(answer.data)
        let version = try fields.integer(.version)
        let time = try fields.time(.time)
        let bids = try fields[.bids].levels(of: market, inContracts: true, name: "bids")
        let asks = try fields[.asks].levels(of: market, inContracts: true, name: "asks")
        if bids.isEmpty, asks.isEmpty, receivedTime.since(time) > Self.staleMilliseconds {
            throw FrameRefusal(.valueOutOfRange, field: Field.time.key)
        }
        frame = BookFrame(
            market: market.index,
            symbol: market.symbol,
            kind: .snapshot,
            first: version,
            last: version,
            exchangeTime: time,
            bids: bids,
            asks: asks,
            isWhole: bids.count < limit && asks.count < limit
        )
    }

    private enum Field: Int, VenueFieldName {
        case bids, asks, version, time

        var key: String {
            switch self {
            case .bids: "bids"
            case .asks: "asks"
            case .version: "version"
            case .time: "timestamp"
            }
        }
    }
}
