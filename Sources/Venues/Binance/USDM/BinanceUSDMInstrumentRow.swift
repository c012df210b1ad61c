import Markets

/// One contract of ``BinanceUSDMListing``.
struct BinanceUSDMInstrumentRow: ~Copyable {
    private var fields = VenueFields<Field>()
    private var filter = VenueFields<FilterField>()

    /// Nil for a contract that is no perpetual.
    mutating func instrument(_ value: VenueValue) throws(FrameRefusal) -> Instrument? {
        fields.read(value)
        _ = try fields.utf8(.contractType)
        guard fields[.contractType].equals("PERPETUAL") else { return nil }
        let name = try fields.text(.symbol)
        guard name.isPlainMarketName else { throw FrameRefusal(.symbolInvalid, field: Field.symbol.key) }
        let base = MultipliedAsset(try fields.text(.base))
        let quote = try fields.text(.quote)
        guard !base.name.isEmpty, !quote.isEmpty, let symbol = Symbol(base.name + quote + Symbol.perpetualSuffix) else {
            throw FrameRefusal(.symbolInvalid, field: Field.base.key)
        }
        let isTrading = fields[.status].equals("TRADING")
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
            isTrading: isTrading
        )
    }

    /// A step of zero, or one that is missing, means that the venue sets none.
    private mutating func steps(_ filters: VenueValue) -> (price: FixedPoint?, quantity: FixedPoint?) {
        var steps: (price: FixedPoint?, quantity: FixedPoint?)
        filters.forEach { value in
            filter.read(value)
            if filter[.type].equals("PRICE_FILTER") { steps.price = try? filter.positive(.tickSize) }
            if filter[.type].equals("LOT_SIZE") { steps.quantity = try? filter.positive(.stepSize) }
        }
        return steps
    }

    enum Field: Int, VenueFieldName {
        case symbol, contractType, status, base, quote, filters

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .contractType: "contractType"
            case .status: "status"
            case .base: "baseAsset"
            case .quote: "quoteAsset"
            case .filters: "filters"
            }
        }
    }

    enum FilterField: Int, VenueFieldName {
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
