import Markets

/// One contract's figures, as `push.ticker`, a row of `push.tickers` and one of `GET /api/v1/contract/ticker` give them.
///
/// ```json
/// {"symbol":"BTC_USDT","lastPrice":84055,"riseFallRate":-0.0005,"fairPrice":84063.8,"indexPrice":84104,
///  "volume24":311051901,"amount24":2606920596.04,"lower24Price":83136.6,"high24Price":84461.9,
///  "timestamp":1790870036854,"bid1":84054.9,"ask1":84055,"holdVol":546882118,"riseFallValue":-47.2,
///  "fundingRate":0.000072,…}
/// ```
/// `volume24` and `holdVol`, the open interest, count contracts; `amount24` is quote asset, `riseFallRate` a fraction.
/// `push.tickers` has neither `riseFallValue` nor open interest nor funding. The best prices come without quantities and
/// are left to ``MEXCFuturesTopDecoder``.
/// <https://mexcdevelop.github.io/apidocs/contract_v1_en/#get-contract-trend-data>
struct MEXCFuturesTickerDecoder: ~Copyable {
    private var fields = VenueFields<Field>()

    /// Whose figures the row holds; the row is read.
    mutating func symbol(of row: VenueValue) throws(FrameRefusal) -> UnsafeBufferPointer<UInt8> {
        guard row.isObject else { throw FrameRefusal(.shapeUnknown) }
        fields.read(row)
        return try fields.utf8(.symbol)
    }

    /// Appends what the row read last says: the ticker of a contract that traded, open interest, funding.
    mutating func decode(
        of market: Market,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        let frame = MEXCFrame(market: market, time: try fields.time(.time), receivedTime: receivedTime)
        let ticker = try ticker(of: market)
        let interest = try fields.isVacant(.openInterest) ? nil : fields.contracts(.openInterest, of: market)
        let funding = try funding(of: market)
        if let ticker { events.append(frame.event(.ticker(ticker))) }
        if let interest {
            events.append(frame.event(.openInterest(OpenInterest(symbol: market.symbol, quantity: interest))))
        }
        if let funding { events.append(frame.event(.funding(funding))) }
    }

    private func ticker(of market: Market) throws(FrameRefusal) -> Ticker? {
        let last = try fields.amount(.last)
        guard last.isPositive else { return nil }
        guard let open = try open(last: last), open.isPositive, let open = market.price(open) else {
            throw FrameRefusal(.contradiction)
        }
        let ticker = Ticker(
            symbol: market.symbol,
            last: try fields.numericPrice(.last, of: market),
            open24h: open,
            high24h: try fields.numericPrice(.high, of: market),
            low24h: try fields.numericPrice(.low, of: market),
            baseVolume: try fields.contracts(.volume, of: market),
            quoteVolume: Money(try fields.amount(.quoteVolume))
        )
        guard ticker.low24h <= ticker.high24h else { throw FrameRefusal(.contradiction) }
        return ticker
    }

    /// The price 24 hours ago is not told, only what was added to it since, or in what proportion.
    private func open(last: FixedPoint) throws(FrameRefusal) -> FixedPoint? {
        if !fields.isVacant(.change) { return last.subtracting(try fields.number(.change)) }
        guard let one = FixedPoint(units: FixedPoint.one) else { return nil }
        return one.adding(try fields.number(.changeRate)).flatMap { last.divided(by: $0) }
    }

    /// Nil where the row says nothing of it.
    private func funding(of market: Market) throws(FrameRefusal) -> Funding? {
        let funding = Funding(
            symbol: market.symbol,
            rate: try fields.isVacant(.fundingRate) ? nil : fields.number(.fundingRate),
            markPrice: try price(.fairPrice, of: market),
            indexPrice: try price(.indexPrice, of: market)
        )
        return funding.rate == nil && funding.markPrice == nil && funding.indexPrice == nil ? nil : funding
    }

    /// Nil for a price that is absent or zero.
    private func price(_ field: Field, of market: Market) throws(FrameRefusal) -> Price? {
        if fields.isVacant(field) { return nil }
        return try fields.amount(field).isPositive ? fields.numericPrice(field, of: market) : nil
    }

    enum Field: Int, VenueFieldName {
        case symbol, last, change, changeRate, high, low, volume, quoteVolume, openInterest, fundingRate, fairPrice,
            indexPrice, time

        var key: String {
            switch self {
            case .symbol: "symbol"
            case .last: "lastPrice"
            case .change: "riseFallValue"
            case .changeRate: "riseFallRate"
            case .high: "high24Price"
            case .low: "lower24Price"
            case .volume: "volume24"
            case .quoteVolume: "amount24"
            case .openInterest: "holdVol"
            case .fundingRate: "fundingRate"
            case .fairPrice: "fairPrice"
            case .indexPrice: "indexPrice"
            case .time: "timestamp"
            }
        }
    }
}
