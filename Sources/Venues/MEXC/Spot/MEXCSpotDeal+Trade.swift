import MEXCWire
import Markets

/// `spot@public.aggre.deals.v3.api.pb@100ms@<symbol>`: one or more trades, oldest first.
///
/// ```json
/// {"deals":[{"price":"84270","quantity":"0.00099829","tradeType":2,"time":1790281246176,
///   "tradeId":"731901896985399296X0_731901896985399297X0"}],"eventType":"spot@public.aggre.deals.v3.api.pb@100ms"}
/// ```
/// `tradeType` is the taker's side, 1 buy and 2 sell. `tradeId` joins the numbers of both orders' fills; the first of them
/// rises from trade to trade.
/// <https://mexcdevelop.github.io/apidocs/spot_v3_en/#trade-streams>
extension MEXCSpotDeal {
    /// The trade, and when it was; its place in the message numbers it, with its time, where the frame has no number.
    func trade(of market: Market, position: Int) throws(FrameRefusal) -> (trade: Trade, time: MarketTime) {
        let time = try MEXCText.time(time, "time")
        let trade = Trade(
            symbol: market.symbol,
            id: Self.number(tradeID) ?? time.milliseconds * 1000 + Int64(position),
            price: try MEXCText.price(price, "price"),
            quantity: try amount(),
            takerSide: try side()
        )
        return (trade, time)
    }

    private func amount() throws(FrameRefusal) -> Quantity {
        let quantity = try MEXCText.quantity(quantity, "quantity")
        guard quantity.value.isPositive else { throw FrameRefusal(.valueOutOfRange, field: "quantity") }
        return quantity
    }

    private func side() throws(FrameRefusal) -> Side {
        switch tradeType {
        case 1: .buy
        case 2: .sell
        case 0: throw FrameRefusal(.fieldMissing, field: "tradeType")
        default: throw FrameRefusal(.valueOutOfRange, field: "tradeType")
        }
    }

    /// The digits at the beginning, up to the largest number that 64 bits hold.
    private static func number(_ text: String) -> Int64? {
        var number: Int64 = 0
        var digits = 0
        for byte in text.utf8 {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int64(digit))
            guard !overflow, !carry else { return nil }
            number = sum
            digits += 1
        }
        return digits > 0 ? number : nil
    }
}
