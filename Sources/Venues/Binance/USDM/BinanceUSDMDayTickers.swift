import Markets

/// `GET /fapi/v1/ticker/24hr`.
///
/// ```json
/// [{"symbol":"BTCUSDT","priceChange":"-94.99999800","priceChangePercent":"-95.960","weightedAvgPrice":"0.29628482",
///   "lastPrice":"4.00000200","lastQty":"200.00000000","openPrice":"99.00000000","highPrice":"100.00000000",
///   "lowPrice":"0.10000000","volume":"8913.30000000","quoteVolume":"15.30000000","openTime":1499783499040,
///   "closeTime":1499869899040,"firstId":28385,"lastId":28460,"count":76},…]
/// ```
/// Rows of markets that the listing had not are left out, and so is a market that has not traded yet.
/// <https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/24hr-Ticker-Price-Change-Statistics>
struct BinanceUSDMDayTickers {
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
            guard let ticker = try Self.ticker(fields, market) else { return }
            let header = BinanceEventHeader(
                symbol: market.symbol,
                eventTime: try fields.time(.closeTime),
                receivedTime: receivedTime
            )
            events.append(header.event(.ticker(ticker)))
        }
        try tally.settle(into: &refusals)
    }

    private static func ticker(
        _ fields: borrowing VenueFields<Field>,
        _ market: Market
    ) throws(FrameRefusal) -> Ticker? {
        guard try fields.nonNegative(.last).isPositive else { return nil }
        let ticker = Ticker(
            symbol: market.symbol,
            last: try fields.price(.last, of: market),
            open24h: try fields.price(.open, of: market),
            high24h: try fields.price(.high, of: market),
            low24h: try fields.price(.low, of: market),
            baseVolume: try fields.quantity(.baseVolume, of: market),
            quoteVolume: Money(try fields.nonNegative(.quoteVolume))
        )
        guard ticker.low24h <= ticker.high24h else { throw FrameRefusal(.contradiction) }
        return ticker
    }

    private enum Field: Int, VenueFieldName {
        case symbol, last, open, high, low, baseVolume, quoteVolume, closeTime

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .last: "lastPrice"
            case .open: "openPrice"
            case .high: "highPrice"
            case .low: "lowPrice"
            case .baseVolume: "volume"
            case .quoteVolume: "quoteVolume"
            case .closeTime: "closeTime"
            }
        }
    }
}
