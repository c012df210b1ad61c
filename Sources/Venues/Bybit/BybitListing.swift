import Markets

/// `GET /v5/market/instruments-info?category=…`, one page of it.
struct BybitListing {
    private(set) var instruments: [Instrument] = []
    /// Where the next page begins; nil on the last one.
    let nextPage: String?
    /// Rows left out.
    private(set) var refusals = RefusalCounts()

    init(_ answer: borrowing BybitAnswer, _ category: BybitCategory) throws(FrameRefusal) {
        nextPage = answer.nextPage
        var row = BybitInstrumentRow(category)
        var tally = RowTally()
        try tally.each(of: try answer.rows()) { value throws(FrameRefusal) in
            if let instrument = try row.instrument(value) { instruments.append(instrument) }
        }
        try tally.settle(into: &refusals)
    }
}

/// One market of a listing.
///
/// ```json
/// {"symbol":"BTCUSDT","contractType":"LinearPerpetual","status":"Trading","baseCoin":"BTC","quoteCoin":"USDT",…,
///  "priceFilter":{"minPrice":"0.10","maxPrice":"1999999.80","tickSize":"0.10"},
///  "lotSizeFilter":{"maxOrderQty":"1190.000","minOrderQty":"0.001","qtyStep":"0.001",…},…}
/// {"symbol":"BTCUSDT","baseCoin":"BTC","quoteCoin":"USDT","status":"Trading",…,
///  "lotSizeFilter":{"basePrecision":"0.000001",…},"priceFilter":{"tickSize":"0.1"},…}
/// ```
/// Of the states PreLaunch, Trading, Delivering, Closed and any future one only the second trades. Dated futures
/// (`LinearFutures`) stand among the perpetuals and are left out. A USDC perpetual is called `BTCPERP`, so base and quote
/// are read and not the name.
/// <https://bybit-exchange.github.io/docs/v5/market/instrument>
struct BybitInstrumentRow: ~Copyable {
    private let category: BybitCategory
    private var fields = VenueFields<Field>()
    private var filter = VenueFields<Filter>()

    init(_ category: BybitCategory) { self.category = category }

    /// Nil for a market of a kind that we do not read.
    mutating func instrument(_ row: VenueValue) throws(FrameRefusal) -> Instrument? {
        fields.read(row)
        if category == .linear {
            _ = try fields.utf8(.contractType)
            guard fields[.contractType].equals("LinearPerpetual") else { return nil }
        }
        let name = try fields.text(.symbol)
        guard name.isPlainMarketName else { throw FrameRefusal(.symbolInvalid, field: Field.symbol.key) }
        // A spot asset is what it is called; only contracts are bundled.
        let listed = try fields.text(.base)
        let bundle = category == .linear ? MultipliedAsset(listed) : nil
        let (base, multiplier) = (bundle?.name ?? listed, bundle?.multiplier ?? 1)
        let quote = try fields.text(.quote)
        let suffix = category == .linear ? Symbol.perpetualSuffix : ""
        guard !base.isEmpty, !quote.isEmpty, let symbol = Symbol(base + quote + suffix) else {
            throw FrameRefusal(.symbolInvalid, field: Field.base.key)
        }
        let isTrading = fields[.status].equals("Trading")
        let steps = steps()
        func make(_ tickSize: Price?, _ lotSize: Quantity?) -> Instrument {
            Instrument(
                venue: .bybit,
                symbol: symbol,
                venueSymbol: name,
                base: base,
                quote: quote,
                tickSize: tickSize,
                lotSize: lotSize,
                multiplier: multiplier,
                isTrading: isTrading
            )
        }
        let market = Market(index: 0, make(nil, nil))
        return make(steps.price.flatMap { market.price($0) }, steps.quantity.flatMap { market.quantity($0) })
    }

    /// A step of zero, or one that is missing, means that the venue sets none.
    private mutating func steps() -> (price: FixedPoint?, quantity: FixedPoint?) {
        filter.read(fields[.priceFilter])
        let price = try? filter.positive(.tickSize)
        filter.read(fields[.lotSizeFilter])
        return (price, (try? filter.positive(.quantityStep)) ?? (try? filter.positive(.basePrecision)))
    }

    enum Field: Int, VenueFieldName {
        case symbol, contractType, status, base, quote, priceFilter, lotSizeFilter

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .contractType: "contractType"
            case .status: "status"
            case .base: "baseCoin"
            case .quote: "quoteCoin"
            case .priceFilter: "priceFilter"
            case .lotSizeFilter: "lotSizeFilter"
            }
        }
    }

    enum Filter: Int, VenueFieldName {
        case tickSize, quantityStep, basePrecision

        var key: String {
            switch self {
            case .tickSize: "tickSize"
            case .quantityStep: "qtyStep"
            case .basePrecision: "basePrecision"
            }
        }
    }
}
