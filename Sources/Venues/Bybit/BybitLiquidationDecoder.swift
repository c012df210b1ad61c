import Markets

/// `allLiquidation.<symbol>`: every liquidation of one market, gathered over half a second.
///
/// ```json
/// {"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":1791565601482,"data":[
///  {"T":1791565600992,"s":"BTCUSDT","S":"Buy","v":"0.006","p":"82396.90"},
///  {"T":1791565601058,"s":"BTCUSDT","S":"Buy","v":"0.038","p":"82394.30"}]}
/// ```
/// `S` is the side of the **position**: Buy means that a long was liquidated, the opposite of what Binance means by the
/// same word. `p` is the bankruptcy price.
/// <https://bybit-exchange.github.io/docs/v5/websocket/public/all-liquidation>
struct BybitLiquidationDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    mutating func decode(
        _ row: VenueValue,
        frame: BybitFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        fields.read(row)
        try frame.checkSymbol(fields[.symbol])
        let liquidation = Liquidation(
            symbol: frame.market.symbol,
            side: try positionSide(),
            price: try fields.price(.price, of: frame.market),
            quantity: try fields.quantity(.quantity, of: frame.market, above: true)
        )
        events.append(frame.event(.liquidation(liquidation), at: try fields.time(.time)))
    }

    private func positionSide() throws(FrameRefusal) -> PositionSide {
        if fields[.side].equals("Buy") { return .long }
        if fields[.side].equals("Sell") { return .short }
        _ = try fields.utf8(.side)
        throw FrameRefusal(.valueOutOfRange, field: Field.side.key)
    }

    enum Field: Int, VenueFieldName {
        case time, symbol, side, quantity, price

        var key: String {
            switch self {
            case .time: "T"
            case .symbol: "s"
            case .side: "S"
            case .quantity: "v"
            case .price: "p"
            }
        }
    }
}
