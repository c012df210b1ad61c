import Markets

/// `GET /api/v3/exchangeInfo`.
///
/// ```json
/// {"timezone":"CST","serverTime":1765342336768,"rateLimits":[],"exchangeFilters":[],"symbols":[
///  {"symbol":"BTCUSDT","status":"1","baseAsset":"BTC","baseAssetPrecision":8,"quoteAsset":"USDT","quotePrecision":2,…,
///   "isSpotTradingAllowed":false,…,"baseSizePrecision":"0.000001","permissions":["SPOT"],…,"fullName":"Bitcoin",…},…]}
/// ```
/// Of the states 1 online, 2 paused and 3 offline only the first trades; `isSpotTradingAllowed` speaks of orders through
/// the interface. The precisions are digits after the point.
/// <https://mexcdevelop.github.io/apidocs/spot_v3_en/#exchange-information>
struct MEXCSpotListing {
    private(set) var instruments: [Instrument] = []
    let serverTime: MarketTime?
    /// Rows left out because they are not what is documented.
    private(set) var refusals = RefusalCounts()

    init(json bytes: UnsafeRawBufferPointer) throws(FrameRefusal) {
        var json = VenueParser(maximumBytes: MEXCSpotClient.maximumBodyBytes, maximumDepth: 16)
        let root: VenueValue
        do { root = try json.parse(bytes) } catch { throw FrameRefusal(fault: error) }
        var fields = VenueFields<Field>()
        fields.read(root)
        guard fields[.symbols].isArray else { throw FrameRefusal(.shapeUnknown, field: Field.symbols.key) }
        serverTime = fields[.serverTime].integer.flatMap { MarketTime(venueTime: $0) }
        var row = VenueFields<RowField>()
        var tally = RowTally()
        try tally.each(of: fields[.symbols]) { value throws(FrameRefusal) in
            row.read(value)
            instruments.append(try Self.instrument(row))
        }
        try tally.settle(into: &refusals)
    }

    private static func instrument(_ row: borrowing VenueFields<RowField>) throws(FrameRefusal) -> Instrument {
        let name = try row.text(.symbol)
        let base = try row.text(.base)
        let quote = try row.text(.quote)
        guard name.isPlainMarketName, !base.isEmpty, !quote.isEmpty, let symbol = Symbol(base + quote) else {
            throw FrameRefusal(.symbolInvalid, field: RowField.symbol.key)
        }
        return Instrument(
            venue: .mexc,
            symbol: symbol,
            venueSymbol: name,
            base: base,
            quote: quote,
            tickSize: step(row[.quotePrecision]).map { Price($0) },
            lotSize: step(row[.basePrecision]).map { Quantity($0) },
            isTrading: row[.status].equals("1")
        )
    }

    /// One unit of the last of so many digits.
    private static func step(_ digits: VenueValue) -> FixedPoint? {
        guard let places = digits.integer, (0...Int64(FixedPoint.places)).contains(places) else { return nil }
        return FixedPoint(units: (0..<places).reduce(FixedPoint.one) { unit, _ in unit / 10 })
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

    private enum RowField: Int, VenueFieldName {
        case symbol, status, base, quote, basePrecision, quotePrecision

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .status: "status"
            case .base: "baseAsset"
            case .quote: "quoteAsset"
            case .basePrecision: "baseAssetPrecision"
            case .quotePrecision: "quotePrecision"
            }
        }
    }
}
