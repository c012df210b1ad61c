import Markets

/// `push.deal`: an array of trades, in older recordings one object.
///
/// ```json
/// {"symbol":"BTC_USDT","data":[{"p":84062.6,"v":13,"T":1,"O":3,"M":1,"t":1790870038339,"i":"16435741160",
///  "cts":"1790870038339"}],"channel":"push.deal","ts":1790870038339}
/// ```
/// `v` counts contracts, `T` is the taker's side, 1 buy and 2 sell, `i` the trade's number, which older frames lack.
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#public-channels>
struct MEXCFuturesDealDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    /// The trade; its place in the message numbers it, with its time, where the frame has no number.
    mutating func decode(_ deal: VenueValue, frame: MEXCFrame, position: Int) throws(FrameRefusal) -> MarketEvent {
        guard deal.isObject else { throw FrameRefusal(.shapeUnknown, field: "data") }
        fields.read(deal)
        let time = try fields.time(.time)
        let quantity = try fields.contracts(.quantity, of: frame.market)
        guard quantity.value.isPositive else { throw FrameRefusal(.valueOutOfRange, field: Field.quantity.key) }
        let trade = Trade(
            symbol: frame.market.symbol,
            id: try number() ?? time.milliseconds * 1000 + Int64(position),
            price: try fields.numericPrice(.price, of: frame.market),
            quantity: quantity,
            takerSide: try side()
        )
        return frame.event(.trade(trade), at: time)
    }

    private func number() throws(FrameRefusal) -> Int64? {
        if fields.isVacant(.id) { return nil }
        if let number = fields[.id].integer { return number }
        return try fields.integerText(.id)
    }

    private func side() throws(FrameRefusal) -> Side {
        switch try fields.integer(.side) {
        case 1: .buy
        case 2: .sell
        default: throw FrameRefusal(.valueOutOfRange, field: Field.side.key)
        }
    }

    enum Field: Int, VenueFieldName {
        case price, quantity, side, time, id

        var key: String {
            switch self {
            case .price: "p"
            case .quantity: "v"
            case .side: "T"
            case .time: "t"
            case .id: "i"
            }
        }
    }
}
