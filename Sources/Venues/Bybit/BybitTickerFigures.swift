import Markets

/// The figures of one market's ticker as last told, in our units.
struct BybitTickerFigures {
    /// Which groups of figures a message brought something of.
    struct Groups: OptionSet {
        let rawValue: UInt8

        static let ticker = Groups(rawValue: 1)
        static let quote = Groups(rawValue: 2)
        static let openInterest = Groups(rawValue: 4)
        static let funding = Groups(rawValue: 8)
    }

    private var last: FixedPoint?
    private var open: FixedPoint?
    private var high: FixedPoint?
    private var low: FixedPoint?
    private var volume: FixedPoint?
    private var turnover: FixedPoint?
    private var bid: FixedPoint?
    private var bidSize: FixedPoint?
    private var ask: FixedPoint?
    private var askSize: FixedPoint?
    private var openInterest: FixedPoint?
    private var singleOpenInterest: FixedPoint?
    private var fundingRate: FixedPoint?
    private var nextFunding: MarketTime?
    private var mark: FixedPoint?
    private var index: FixedPoint?

    /// Takes over what the fields hold, and says of which groups that was something.
    mutating func take(_ fields: borrowing BybitTickerFields, of market: borrowing Market) throws(FrameRefusal)
        -> Groups
    {
        var changed = try fields.take(.last, of: market, into: &last)
        changed.formUnion(try fields.take(.open, of: market, into: &open))
        changed.formUnion(try fields.take(.high, of: market, into: &high))
        changed.formUnion(try fields.take(.low, of: market, into: &low))
        changed.formUnion(try fields.take(.volume, of: market, into: &volume))
        changed.formUnion(try fields.take(.turnover, of: market, into: &turnover))
        changed.formUnion(try fields.take(.bid, of: market, into: &bid))
        changed.formUnion(try fields.take(.bidSize, of: market, into: &bidSize))
        changed.formUnion(try fields.take(.ask, of: market, into: &ask))
        changed.formUnion(try fields.take(.askSize, of: market, into: &askSize))
        changed.formUnion(try fields.take(.openInterest, of: market, into: &openInterest))
        changed.formUnion(try fields.take(.singleOpenInterest, of: market, into: &singleOpenInterest))
        changed.formUnion(try fields.take(.fundingRate, of: market, into: &fundingRate))
        changed.formUnion(try fields.take(.mark, of: market, into: &mark))
        changed.formUnion(try fields.take(.index, of: market, into: &index))
        if let time = try fields.nextFunding() {
            nextFunding = time
            changed.formUnion(.funding)
        }
        return changed
    }

    /// Appends one event for each of the groups that makes a whole one.
    func append(
        _ groups: Groups,
        of market: borrowing Market,
        to events: inout [MarketEvent],
        _ event: (MarketEvent.Payload) -> MarketEvent
    ) throws(FrameRefusal) {
        let symbol = market.symbol
        if groups.contains(.ticker), let ticker = try ticker(symbol) { events.append(event(.ticker(ticker))) }
        if groups.contains(.quote), let quote = quote(symbol) { events.append(event(.quote(quote))) }
        // A spot row may carry an index price too, and has neither positions nor funding.
        guard symbol.isPerpetual else { return }
        if groups.contains(.openInterest), let interest = interest(symbol) {
            events.append(event(.openInterest(interest)))
        }
        if groups.contains(.funding) { events.append(event(.funding(funding(symbol)))) }
    }

    /// Nil for a market that has not traded yet.
    private func ticker(_ symbol: Symbol) throws(FrameRefusal) -> Ticker? {
        guard let last, let open, let high, let low, let volume, let turnover, last.isPositive else { return nil }
        guard low <= high else { throw FrameRefusal(.contradiction) }
        return Ticker(
            symbol: symbol,
            last: Price(last),
            open24h: Price(open),
            high24h: Price(high),
            low24h: Price(low),
            baseVolume: Quantity(volume),
            quoteVolume: Money(turnover)
        )
    }

    /// Nil while a side is empty, and where a change of one side is told a frame before that of the other.
    private func quote(_ symbol: Symbol) -> Quote? {
        guard let bid, let bidSize, let ask, let askSize else { return nil }
        guard bid.isPositive, ask.isPositive, bid <= ask else { return nil }
        return Quote(
            symbol: symbol,
            bid: Price(bid),
            bidQuantity: Quantity(bidSize),
            ask: Price(ask),
            askQuantity: Quantity(askSize)
        )
    }

    private func interest(_ symbol: Symbol) -> OpenInterest? {
        let halved = openInterest.flatMap { FixedPoint(units: $0.units / 2) }
        return (singleOpenInterest ?? halved).map { OpenInterest(symbol: symbol, quantity: Quantity($0)) }
    }

    private func funding(_ symbol: Symbol) -> Funding {
        Funding(
            symbol: symbol,
            rate: fundingRate,
            nextAt: nextFunding,
            markPrice: Self.price(mark),
            indexPrice: Self.price(index)
        )
    }

    /// A price of zero stands for none.
    private static func price(_ value: FixedPoint?) -> Price? { value.flatMap { $0.isPositive ? Price($0) : nil } }
}
