import Markets

/// `push.depth.full`: the whole top of the book, about every 300 ms; its best levels are the quote.
///
/// ```json
/// {"symbol":"BTC_USDT","data":{"cts":1790870038457,"asks":[[84062.6,60366,1]],"bids":[[84062.5,34991,8],[84062.4,61,1]],
///  "version":42274310475},"channel":"push.depth.full","ts":1790870038460}
/// ```
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#public-channels>
struct MEXCFuturesTopDecoder: ~Copyable {
    private var fields = VenueFields<Field>()
    private var row = VenueRow(count: 2)
    /// The version of each market's last frame, and its time.
    private var last: [Int: (version: Int64, time: MarketTime)] = [:]

    /// Nil when a side has no level, or for a frame that was overtaken.
    mutating func decode(_ data: VenueValue, frame: MEXCFrame) throws(FrameRefusal) -> Quote? {
        guard data.isObject else { throw FrameRefusal(.shapeUnknown, field: "data") }
        fields.read(data)
        let version = try fields.integer(.version)
        let time = frame.time ?? frame.receivedTime
        let bid = try best(fields[.bids], of: frame.market, name: "bids", isBetter: >)
        let ask = try best(fields[.asks], of: frame.market, name: "asks", isBetter: <)
        // A lower version at a later time is a venue that began to count anew.
        if let last = last[frame.market.index], version < last.version, time <= last.time { return nil }
        last[frame.market.index] = (version, time)
        guard let bid, let ask else { return nil }
        guard bid.price <= ask.price else { throw FrameRefusal(.contradiction) }
        return Quote(
            symbol: frame.market.symbol,
            bid: bid.price,
            bidQuantity: bid.quantity,
            ask: ask.price,
            askQuantity: ask.quantity
        )
    }

    private mutating func best(
        _ side: VenueValue,
        of market: Market,
        name: StaticString,
        isBetter: (Price, Price) -> Bool
    ) throws(FrameRefusal) -> BookLevel? {
        guard side.isArray else { throw FrameRefusal(.fieldWrongType, field: "\(name)") }
        var best: BookLevel?
        try side.forEach { value throws(FrameRefusal) in
            guard row.read(value) else { throw FrameRefusal(.shapeUnknown, field: "\(name)") }
            guard let price = row[0].decimal, let contracts = row[1].decimal else {
                throw FrameRefusal(.decimalInvalid, field: "\(name)")
            }
            guard price.isPositive, !contracts.isNegative, let price = market.price(price),
                let quantity = market.contracts(contracts)
            else { throw FrameRefusal(.valueOutOfRange, field: "\(name)") }
            if quantity.value.isPositive, best.map({ isBetter(price, $0.price) }) ?? true {
                best = BookLevel(price: price, quantity: quantity)
            }
        }
        return best
    }

    enum Field: Int, VenueFieldName {
        case version, bids, asks

        var key: String {
            switch self {
            case .version: "version"
            case .bids: "bids"
            case .asks: "asks"
            }
        }
    }
}
