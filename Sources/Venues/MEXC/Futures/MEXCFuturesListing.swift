import Markets

/// `GET /api/v1/contract/detail`: the linear perpetuals of it.
///
/// ```json
/// {"symbol":"BTC_USDT","displayNameEn":"BTC_USDT PERPETUAL","baseCoin":"BTC","quoteCoin":"USDT","futureType":1,
///  "settleCoin":"USDT","contractSize":0.0001,…,"priceUnit":0.1,"volUnit":1,…,"state":0,…,"apiAllowed":false,…}
/// ```
/// A contract is `contractSize` of the base coin. One that settles in its base coin counts dollars and is left out, and
/// so are kinds (`futureType`) other than the perpetual. Of the states 0 enabled, 1 delivery, 2 completed, 3 offline and 4
/// paused only the first trades; `apiAllowed` speaks of orders through the interface.
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#get-the-contract-information>
struct MEXCFuturesListing {
    private(set) var instruments: [Instrument] = []
    /// Rows left out because they are not what is documented.
    private(set) var refusals = RefusalCounts()

    init(_ answer: borrowing MEXCFuturesAnswer) throws(FrameRefusal) {
        var row = VenueFields<Field>()
        var tally = RowTally()
        try tally.each(of: answer.data) { value throws(FrameRefusal) in
            row.read(value)
            if let instrument = try Self.instrument(row) { instruments.append(instrument) }
        }
        try tally.settle(into: &refusals)
        instruments = instruments.oneForEachSymbol()
    }

    /// Nil for a contract of another kind.
    private static func instrument(_ row: borrowing VenueFields<Field>) throws(FrameRefusal) -> Instrument? {
        let name = try row.text(.symbol)
        let base = MultipliedAsset(try row.text(.base))
        let quote = try row.text(.quote)
        guard try row.text(.settle) == quote, row.isVacant(.kind) || row[.kind].integer == 1 else { return nil }
        guard name.isPlainMarketName, !base.name.isEmpty, !quote.isEmpty,
            let symbol = Symbol(base.name + quote + Symbol.perpetualSuffix)
        else { throw FrameRefusal(.symbolInvalid, field: Field.symbol.key) }
        guard let size = base.quantity(try row.amount(.contractSize)), size.value.isPositive else {
            throw FrameRefusal(.valueOutOfRange, field: Field.contractSize.key)
        }
        return Instrument(
            venue: .mexc,
            symbol: symbol,
            venueSymbol: name,
            base: base.name,
            quote: quote,
            tickSize: step(row[.priceUnit]).flatMap { base.price($0) },
            lotSize: step(row[.volumeUnit]).flatMap { $0.multiplied(by: size.value) }.map { Quantity($0) },
            contractSize: size,
            multiplier: base.multiplier,
            isTrading: row[.state].integer == 0
        )
    }

    /// A step of zero, or one that is missing, means that the venue sets none.
    private static func step(_ value: VenueValue) -> FixedPoint? {
        value.decimal.flatMap { $0.isPositive ? $0 : nil }
    }

    private enum Field: Int, VenueFieldName {
        case symbol, base, quote, settle, kind, contractSize, priceUnit, volumeUnit, state

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .base: "baseCoin"
            case .quote: "quoteCoin"
            case .settle: "settleCoin"
            case .kind: "futureType"
            case .contractSize: "contractSize"
            case .priceUnit: "priceUnit"
            case .volumeUnit: "volUnit"
            case .state: "state"
            }
        }
    }
}
