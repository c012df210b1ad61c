import Markets

/// `publicTrade.<symbol>`: up to 1,024 trades of one market, in the order they happened.
///
/// ```json
/// {"topic":"publicTrade.LTCUSDT","type":"snapshot","ts":1680688979985,"data":[{"T":1680688979983,"s":"LTCUSDT",
///  "S":"Buy","v":"0.4","p":"94.53","L":"ZeroMinusTick","i":"4c7b6bdc-b4a3-5716-9c7b-bbe01dc7072f","BT":false}]}
/// ```
/// `S` is the taker's side. `i` is a number on spot and a UUID on contracts, text both times; `seq` and `RPI` came later.
/// <https://bybit-exchange.github.io/docs/v5/websocket/public/trade>
struct BybitTradeDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    mutating func decode(
        _ row: VenueValue,
        frame: BybitFrame,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        fields.read(row)
        try frame.checkSymbol(fields[.symbol])
        // A block trade is agreed outside the book and makes no price.
        if fields[.isBlockTrade].flag == true { return }
        let trade = Trade(
            symbol: frame.market.symbol,
            id: BybitTradeID.number(try fields.utf8(.id)),
            price: try fields.price(.price, of: frame.market),
            quantity: try fields.quantity(.quantity, of: frame.market, above: true),
            takerSide: try takerSide()
        )
        events.append(frame.event(.trade(trade), at: try fields.time(.time)))
    }

    private func takerSide() throws(FrameRefusal) -> Side {
        if fields[.side].equals("Buy") { return .buy }
        if fields[.side].equals("Sell") { return .sell }
        _ = try fields.utf8(.side)
        throw FrameRefusal(.valueOutOfRange, field: Field.side.key)
    }

    enum Field: Int, VenueFieldName {
        case time, symbol, side, quantity, price, id, isBlockTrade

        var key: String {
            switch self {
            case .time: "T"
            case .symbol: "s"
            case .side: "S"
            case .quantity: "v"
            case .price: "p"
            case .id: "i"
            case .isBlockTrade: "BT"
            }
        }
    }
}

/// The number that stands for a trade's id.
enum BybitTradeID {
    /// The id itself where it is a number (spot); of a UUID (contracts) 63 bits mixed from all of it, which tell two
    /// trades apart and do not rise.
    static func number(_ text: UnsafeBufferPointer<UInt8>) -> Int64 {
        if let number = Int64(utf8: text), number >= 0 { return number }
        // FNV-1a, 64 bits.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int64(hash >> 1)
    }
}
