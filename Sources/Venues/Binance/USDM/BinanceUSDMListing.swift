import Markets

/// `GET /fapi/v1/exchangeInfo`: the perpetuals of it.
///
/// ```json
/// {"timezone":"UTC","serverTime":1626858243909,"futuresType":"U_MARGINED","rateLimits":[…],"assets":[…],"symbols":[
///  {"symbol":"1000SHIBUSDT","pair":"1000SHIBUSDT","contractType":"PERPETUAL","status":"TRADING","baseAsset":"1000SHIB",
///   "quoteAsset":"USDT","marginAsset":"USDT",…,"filters":[
///    {"filterType":"PRICE_FILTER","minPrice":"0.000001","maxPrice":"200","tickSize":"0.000001"},
///    {"filterType":"LOT_SIZE","minQty":"1","maxQty":"50000000","stepSize":"1"},…]},…]}
/// ```
/// Dated contracts (`CURRENT_QUARTER`, `NEXT_QUARTER`) and kinds yet to come are left out. Of the states PENDING_TRADING,
/// TRADING, SETTLING, CLOSE and any future one only TRADING trades.
/// <https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information>
struct BinanceUSDMListing {
    private(set) var instruments: [Instrument] = []
    let serverTime: MarketTime?
    /// Rows left out because they are not what is documented.
    private(set) var refusals = RefusalCounts()

    init(json bytes: UnsafeRawBufferPointer) throws(FrameRefusal) {
        var json = VenueParser(maximumBytes: BinanceUSDMClient.maximumBodyBytes, maximumDepth: 16)
        let root: VenueValue
        do { root = try json.parse(bytes) } catch { throw FrameRefusal(fault: error) }
        var fields = VenueFields<Field>()
        fields.read(root)
        guard fields[.symbols].isArray else { throw FrameRefusal(.shapeUnknown, field: Field.symbols.key) }
        serverTime = fields[.serverTime].integer.flatMap { MarketTime(venueTime: $0) }
        var row = BinanceUSDMInstrumentRow()
        var tally = RowTally()
        try tally.each(of: fields[.symbols]) { value throws(FrameRefusal) in
            if let instrument = try row.instrument(value) { instruments.append(instrument) }
        }
        try tally.settle(into: &refusals)
        instruments = instruments.oneForEachSymbol()
    }

    private enum Field: Int, VenueFieldName {
        case serverTime, symbols

        var key: String {
            switch self {
            case .serverTime: "serverTime"
            case .symbols: "symbols"
            }
        }
    }
}
