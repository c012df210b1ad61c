import Markets

/// `<symbol>@markPrice`, `!markPrice@arr` and their `@1s` forms.
///
/// ```json
/// {"e":"markPriceUpdate","E":1617308820003,"s":"BTCUSDT","p":"58940.14924532","P":"58905.14663658",
///  "i":"58857.26693664","r":"0.00058455","T":1617321600000}
/// ```
/// `p` mark and `i` index price, `P` an estimate of the settlement price, `r` the funding rate as a fraction, paid next at
/// `T`. A contract that pays none has an empty or zero `r` and a `T` of zero.
/// <https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Mark-Price-Stream>
struct BinanceMarkPriceDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    mutating func decode(
        _ object: VenueValue,
        _ market: Market,
        header: BinanceEventHeader
    ) throws(FrameRefusal) -> MarketEvent {
        fields.read(object)
        let funding = Funding(
            symbol: market.symbol,
            rate: try fields.decimalIfAny(.rate),
            nextAt: try nextTime(),
            markPrice: try fields.price(.markPrice, of: market),
            indexPrice: fields.isVacant(.indexPrice) ? nil : try fields.price(.indexPrice, of: market)
        )
        return header.event(.funding(funding))
    }

    private func nextTime() throws(FrameRefusal) -> MarketTime? {
        if fields[.nextFunding].isAbsent || fields[.nextFunding].integer == 0 { return nil }
        return try fields.time(.nextFunding)
    }

    enum Field: Int, VenueFieldName {
        case markPrice, indexPrice, rate, nextFunding

        var key: String {
            switch self {
            case .markPrice: "p"
            case .indexPrice: "i"
            case .rate: "r"
            case .nextFunding: "T"
            }
        }
    }
}
