import Markets

/// `GET /v5/market/funding/history`: the rates that were paid, newest first.
///
/// ```json
/// {"symbol":"BTCUSDT","fundingRate":"0.00004403","fundingRateTimestamp":"1786809600000"}
/// ```
/// <https://bybit-exchange.github.io/docs/v5/market/history-fund-rate>
struct BybitFundingHistory {
    /// Oldest first; the time of each is when it was paid.
    private(set) var events: [MarketEvent] = []

    init(_ answer: borrowing BybitAnswer, of market: Market, receivedTime: MarketTime) throws(FrameRefusal) {
        var fields = VenueFields<Field>()
        try answer.rows().forEach { row throws(FrameRefusal) in
            fields.read(row)
            events.append(
                MarketEvent(
                    venue: .bybit,
                    exchangeTime: try fields.timeText(.time),
                    receivedTime: receivedTime,
                    payload: .funding(Funding(symbol: market.symbol, rate: try fields.decimal(.rate)))
                )
            )
        }
        events.reverse()
    }

    enum Field: Int, VenueFieldName {
        case rate, time

        var key: String {
            switch self {
            case .rate: "fundingRate"
            case .time: "fundingRateTimestamp"
            }
        }
    }
}
