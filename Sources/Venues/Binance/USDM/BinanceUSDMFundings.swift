import Markets

/// `GET /fapi/v1/premiumIndex`.
///
/// ```json
/// [{"symbol":"BTCUSDT","markPrice":"11793.63104562","indexPrice":"11781.80495970",
///   "estimatedSettlePrice":"11781.16138815","lastFundingRate":"0.00038246","interestRate":"0.00010000",
///   "nextFundingTime":1597392000000,"time":1597370495002},…]
/// ```
/// `lastFundingRate` is the rate that is paid next, as it stands now. Rows of markets that the listing had not are left
/// out.
/// <https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Mark-Price>
struct BinanceUSDMFundings {
    private(set) var events: [MarketEvent] = []
    /// Rows left out because they are not what is documented.
    private(set) var refusals = RefusalCounts()

    init(
        json bytes: UnsafeRawBufferPointer,
        markets: MarketTable,
        receivedTime: MarketTime
    ) throws(FrameRefusal) {
        var json = VenueParser(maximumBytes: BinanceUSDMClient.maximumBodyBytes, maximumDepth: 16)
        let root: VenueValue
        do { root = try json.parse(bytes) } catch { throw FrameRefusal(fault: error) }
        var fields = VenueFields<Field>()
        var tally = RowTally()
        try tally.each(of: root) { value throws(FrameRefusal) in
            fields.read(value)
            guard let market = markets.market(try fields.utf8(.symbol)) else { return }
            let header = BinanceEventHeader(
                symbol: market.symbol,
                eventTime: try fields.time(.time),
                receivedTime: receivedTime
            )
            let next = try fields.integer(.nextFunding)
            let funding = Funding(
                symbol: market.symbol,
                rate: try fields.decimalIfAny(.rate),
                nextAt: next == 0 ? nil : try fields.time(.nextFunding),
                markPrice: try fields.price(.markPrice, of: market),
                indexPrice: fields.isVacant(.indexPrice) ? nil : try fields.price(.indexPrice, of: market)
            )
            events.append(header.event(.funding(funding)))
        }
        try tally.settle(into: &refusals)
    }

    private enum Field: Int, VenueFieldName {
        case symbol, markPrice, indexPrice, rate, nextFunding, time

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .markPrice: "markPrice"
            case .indexPrice: "indexPrice"
            case .rate: "lastFundingRate"
            case .nextFunding: "nextFundingTime"
            case .time: "time"
            }
        }
    }
}
