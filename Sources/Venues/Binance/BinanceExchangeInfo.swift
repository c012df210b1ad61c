import Markets

/// `GET /api/v3/exchangeInfo`.
///
/// ```json
/// {"timezone":"UTC","serverTime":1791062221875,"rateLimits":[…],"exchangeFilters":[],"symbols":[
///  {"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT",…,"filters":[
///   {"filterType":"PRICE_FILTER","minPrice":"0.01000000","maxPrice":"1000000.00000000","tickSize":"0.01000000"},
///   {"filterType":"LOT_SIZE","minQty":"0.00001000","maxQty":"9000.00000000","stepSize":"0.00001000"},…]},…]}
/// ```
/// Of the states TRADING, HALT, BREAK, CANCEL_ONLY and any future one only the first trades. A step of zero means that
/// the venue sets none. A bundle (`1000SATS`) is listed as what is in it.
/// <https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#exchange-information>
struct BinanceExchangeInfo {
    private(set) var instruments: [Instrument] = []
    let serverTime: MarketTime?
    /// Rows left out.
    private(set) var refusals = RefusalCounts()

    init(json bytes: UnsafeRawBufferPointer) throws(FrameRefusal) {
        var json = VenueParser(maximumBytes: BinanceSpotClient.maximumBodyBytes, maximumDepth: 16)
        let root: VenueValue
        do { root = try json.parse(bytes) } catch { throw FrameRefusal(fault: error) }
        var fields = VenueFields<Field>()
        fields.read(root)
        guard fields[.symbols].isArray else { throw FrameRefusal(.shapeUnknown, field: Field.symbols.key) }
        serverTime = fields[.serverTime].integer.flatMap { MarketTime(venueTime: $0) }
        var row = Row()
        fields[.symbols].forEach { value in
            do throws(FrameRefusal) {
                instruments.append(try row.instrument(value))
            } catch {
                refusals.add(error)
            }
        }
        guard !instruments.isEmpty || refusals.total == 0 else { throw FrameRefusal(.shapeUnknown) }
        instruments = instruments.oneForEachSymbol()
    }

    private struct Row: ~Copyable {
        private var fields = VenueFields<RowField>()
        private var filter = VenueFields<FilterField>()

        mutating func instrument(_ value: VenueValue) throws(FrameRefusal) -> Instrument {
            fields.read(value)
            let name = try fields.text(.symbol)
            guard name.isPlainMarketName else { throw FrameRefusal(.symbolInvalid, field: RowField.symbol.key) }
            let base = MultipliedAsset(try asset(.base))
            let quote = try asset(.quote)
            guard let symbol = Symbol(base.multiplier == 1 ? name : base.name + quote) else {
                throw FrameRefusal(.symbolInvalid, field: RowField.symbol.key)
            }
            let steps = steps(fields[.filters])
            return Instrument(
                venue: .binance,
                symbol: symbol,
                venueSymbol: name,
                base: base.name,
                quote: quote,
                tickSize: steps.price.flatMap { base.price($0) },
                lotSize: steps.quantity.flatMap { base.quantity($0) },
                multiplier: base.multiplier,
                isTrading: fields[.status].equals("TRADING")
            )
        }

        /// An asset's name has the letters of a symbol and is part of one.
        private func asset(_ field: RowField) throws(FrameRefusal) -> String {
            let name = try fields.text(field)
            guard (1...Symbol.maximumLength).contains(name.utf8.count) else {
                throw FrameRefusal(.symbolInvalid, field: field.key)
            }
            return name
        }

        private mutating func steps(_ filters: VenueValue) -> (price: FixedPoint?, quantity: FixedPoint?) {
            var steps: (price: FixedPoint?, quantity: FixedPoint?)
            filters.forEach { value in
                filter.read(value)
                if filter[.type].equals("PRICE_FILTER") { steps.price = try? filter.positive(.tickSize) }
                if filter[.type].equals("LOT_SIZE") { steps.quantity = try? filter.positive(.stepSize) }
            }
            return steps
        }
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
        case symbol, status, base, quote, filters

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .status: "status"
            case .base: "baseAsset"
            case .quote: "quoteAsset"
            case .filters: "filters"
            }
        }
    }

    private enum FilterField: Int, VenueFieldName {
        case type, tickSize, stepSize

        var key: String {
            switch self {
            case .type: "filterType"
            case .tickSize: "tickSize"
            case .stepSize: "stepSize"
            }
        }
    }
}
