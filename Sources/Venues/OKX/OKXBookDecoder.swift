import Markets

/// A row of the `books`, `books5` and `bbo-tbt` channels and of `GET /api/v5/market/books`.
///
/// ```json
/// {"arg":{"channel":"books","instId":"BTC-USDT"},"action":"snapshot","data":[{
///  "asks":[["83800.9","0.41458754","0","10"],["83802","0.12","0","1"]],
///  "bids":[["83800.8","0.00662505","0","16"],["83799.1","0.5","0","3"]],
///  "ts":"1790358602106","prevSeqId":-1,"seqId":81625399056}]}
/// ```
/// A level is price, size, a zero, and the number of orders; the size of a swap is in contracts, and zero takes a level
/// away. `prevSeqId` is the `seqId` of the message before, and equal to `seqId` when nothing changed. The checksum means
/// nothing since June 2026. Frames of 2022 carry no numbers and are counted as they come.
/// <https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel>
struct OKXBookDecoder: ~Copyable {
    private var fields = VenueFields<Field>()
    /// How many frames without a number each market had since its snapshot, by its place in the table.
    private var unnumbered: [Int64] = []

    mutating func decode(
        _ row: VenueValue,
        kind: BookFrame.Kind,
        frame: OKXFrame
    ) throws(FrameRefusal) -> BookFrame {
        guard row.isObject else { throw FrameRefusal(.shapeUnknown, field: "data") }
        fields.read(row)
        try frame.checkName(fields[.instrument])
        let time = try fields.timeText(.time)
        let bids = try fields[.bids].levels(of: frame.market, inContracts: true, name: "bids")
        let asks = try fields[.asks].levels(of: frame.market, inContracts: true, name: "asks")
        let (number, previous) = try numbers(kind, of: frame.market)
        return BookFrame(
            market: frame.market.index,
            symbol: frame.market.symbol,
            kind: kind,
            first: number,
            last: number,
            previous: previous,
            exchangeTime: time,
            bids: bids,
            asks: asks
        )
    }

    /// The number of the book after the frame, and of changes that of the book before it.
    private mutating func numbers(
        _ kind: BookFrame.Kind,
        of market: borrowing Market
    ) throws(FrameRefusal) -> (last: Int64, previous: Int64?) {
        if fields[.sequence].isAbsent, fields[.previous].isAbsent {
            while unnumbered.count <= market.index { unnumbered.append(0) }
            let previous = unnumbered[market.index]
            unnumbered[market.index] = kind == .snapshot ? 0 : previous + 1
            return kind == .snapshot ? (0, nil) : (previous + 1, previous)
        }
        let number = try fields.integer(.sequence)
        return (number, kind == .snapshot ? nil : try fields.integer(.previous))
    }

    enum Field: Int, VenueFieldName {
        case instrument, bids, asks, time, sequence, previous

        var key: String {
            switch self {
            case .instrument: "instId"
            case .bids: "bids"
            case .asks: "asks"
            case .time: "ts"
            case .sequence: "seqId"
            case .previous: "prevSeqId"
            }
        }
    }
}

extension BookFrame {
    /// The best of both sides, where there are two and they do not cross.
    var quote: Quote? {
        guard let bid = bids.max(by: { $0.price < $1.price }), let ask = asks.min(by: { $0.price < $1.price }),
            bid.price <= ask.price, bid.quantity.value.isPositive, ask.quantity.value.isPositive
        else { return nil }
        return Quote(
            symbol: symbol,
            bid: bid.price,
            bidQuantity: bid.quantity,
            ask: ask.price,
            askQuantity: ask.quantity
        )
    }
}
