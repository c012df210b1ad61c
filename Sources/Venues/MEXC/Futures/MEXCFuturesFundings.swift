import Markets

/// `GET /api/v1/contract/funding_rate`.
///
/// ```json
/// {"symbol":"BTC_USDT","fundingRate":0.000067,"maxFundingRate":0.0018,"minFundingRate":-0.0018,"collectCycle":8,
///  "nextSettleTime":1789459200000,"timestamp":1789455551670,"idxPrice":77271.6,"fairPrice":77240.4}
/// ```
/// `collectCycle` is in hours.
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#get-contract-funding-rate>
struct MEXCFuturesFundings {
    private(set) var events: [MarketEvent] = []
    /// Rows left out because they are not what is documented.
    private(set) var refusals = RefusalCounts()

    init(
        _ answer: borrowing MEXCFuturesAnswer,
        markets: MarketTable,
        receivedTime: MarketTime
    ) throws(FrameRefusal) {
        var row = VenueFields<Field>()
        var tally = RowTally()
        try tally.each(of: answer.data) { value throws(FrameRefusal) in
            row.read(value)
            guard let market = markets.market(try row.utf8(.symbol)) else { return }
            let frame = MEXCFrame(market: market, time: try row.time(.time), receivedTime: receivedTime)
            events.append(frame.event(.funding(try Self.funding(row, market))))
        }
        try tally.settle(into: &refusals)
    }

    private static func funding(
        _ row: borrowing VenueFields<Field>,
        _ market: Market
    ) throws(FrameRefusal) -> Funding {
        Funding(
            symbol: market.symbol,
            rate: try row.number(.rate),
            nextAt: row.isVacant(.next) || row[.next].integer == 0 ? nil : try row.time(.next),
            markPrice: row.isVacant(.fairPrice) ? nil : try row.numericPrice(.fairPrice, of: market),
            indexPrice: row.isVacant(.indexPrice) ? nil : try row.numericPrice(.indexPrice, of: market)
        )
    }

    private enum Field: Int, VenueFieldName {
        case symbol, rate, next, time, indexPrice, fairPrice

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .rate: "fundingRate"
            case .next: "nextSettleTime"
            case .time: "timestamp"
            case .indexPrice: "idxPrice"
            case .fairPrice: "fairPrice"
            }
        }
    }
}
