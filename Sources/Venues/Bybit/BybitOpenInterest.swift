import Markets

/// `GET /v5/market/open-interest`: what was open at the end of each interval, newest first.
///
/// ```json
/// {"openInterest":"52664.64200000","singleOpenInterest":"26332.321","timestamp":"1789458600000"}
/// ```
/// As in the ticker, `openInterest` counts both sides of every contract and is halved where the venue does not give one.
/// <https://bybit-exchange.github.io/docs/v5/market/open-interest>
struct BybitOpenInterest {
    /// Oldest first.
    private(set) var events: [MarketEvent] = []

    init(_ answer: borrowing BybitAnswer, of market: Market, receivedTime: MarketTime) throws(FrameRefusal) {
        var fields = VenueFields<Field>()
        try answer.rows().forEach { row throws(FrameRefusal) in
            fields.read(row)
            let bothSides = try fields.quantity(.bothSides, of: market)
            let halved = FixedPoint(units: bothSides.value.units / 2).map(Quantity.init)
            let single = fields.isVacant(.oneSide) ? halved : try fields.quantity(.oneSide, of: market)
            guard let single else { throw FrameRefusal(.valueOutOfRange, field: Field.bothSides.key) }
            events.append(
                MarketEvent(
                    venue: .bybit,
                    exchangeTime: try fields.timeText(.time),
                    receivedTime: receivedTime,
                    payload: .openInterest(OpenInterest(symbol: market.symbol, quantity: single))
                )
            )
        }
        events.reverse()
    }

    enum Field: Int, VenueFieldName {
        case bothSides, oneSide, time

        var key: String {
            switch self {
            case .bothSides: "openInterest"
            case .oneSide: "singleOpenInterest"
            case .time: "timestamp"
            }
        }
    }
}
