import Markets

/// What is known of one symbol on one venue.
struct VenueMarket: Sendable {
    /// What an event did to the market.
    enum Change: Sendable {
        /// The event is older than what is known, or the same.
        case outOfOrder
        /// The event is new and says nothing new.
        case nothing
        /// Only the best bid or ask, or the freshness: nothing that a WebSocket ticker shows.
        case quote
        case price
    }

    let symbol: Symbol
    /// The newest price and its time by the venue's clock, from trades or tickers, whichever is later.
    private(set) var last: Price?
    private(set) var lastAt: MarketTime?
    private(set) var bid: Price?
    private(set) var ask: Price?
    /// By our clock.
    private(set) var heardAt: MarketTime
    var isStale = false
    /// False while the venue has the market halted.
    var isTrading = true
    /// When the venue took it off its list, by our clock.
    var delistedAt: MarketTime?
    /// What the venue means by the ticker, where that is another coin than elsewhere.
    var otherAsset: String?
    var gate = PriceGate()
    var divergence = PriceDivergence()
    /// Of a perpetual: the newest word on each figure.
    private(set) var funding: Funding?
    private(set) var openInterest: Quantity?

    private var lastTradeID: Int64?
    private var lastTradeAt: MarketTime?
    private var ticker: Ticker?
    private var tickerAt: MarketTime?
    private var quoteAt: MarketTime?
    private var day = RollingDay()

    init(symbol: Symbol, heardAt: MarketTime) {
        self.symbol = symbol
        self.heardAt = heardAt
    }

    /// The venue's ticker, or one summed from its trades, with the newest price; nil while no price is known.
    var newestTicker: Ticker? {
        guard let last else { return nil }
        guard var ticker = ticker ?? day.ticker(symbol: symbol, last: last) else { return nil }
        ticker.last = last
        ticker.high24h = max(ticker.high24h, last)
        ticker.low24h = min(ticker.low24h, last)
        return ticker
    }

    /// Takes the event, and is fresh from then on; tells whether it was stale.
    mutating func take(_ event: MarketEvent) -> (change: Change, wasStale: Bool) {
        let wasStale = isStale
        isStale = false
        return (ingest(event), wasStale)
    }

    /// Takes what is newer than what is known.
    ///
    /// Funding and open interest say nothing of the price, so they do not make the market fresh.
    mutating func ingest(_ event: MarketEvent) -> Change {
        let change: Change
        switch event.payload {
        case .ticker(let ticker): change = take(ticker, at: event.time)
        case .trade(let trade): change = take(trade, at: event.time)
        case .quote(let quote): change = take(quote, at: event.exchangeTime, receivedAt: event.receivedTime)
        case .openInterest(let interest): return take(interest)
        case .funding(let funding): return take(funding)
        case .candle, .book, .liquidation: return .nothing
        }
        heardAt = max(heardAt, event.receivedTime)
        return change
    }

    private mutating func take(_ new: Ticker, at time: MarketTime) -> Change {
        if let tickerAt {
            guard time >= tickerAt, time > tickerAt || new != ticker else { return .outOfOrder }
        }
        ticker = new
        tickerAt = time
        moveLast(to: new.last, at: time)
        return .price
    }

    private mutating func take(_ trade: Trade, at time: MarketTime) -> Change {
        if let lastTradeAt {
            guard time > lastTradeAt || (time == lastTradeAt && trade.id > lastTradeID ?? trade.id) else {
                return .outOfOrder
            }
        }
        lastTradeAt = time
        lastTradeID = trade.id
        if ticker == nil { day.ingest(trade, at: time) }
        return moveLast(to: trade.price, at: time) ? .price : .quote
    }

    private mutating func take(_ quote: Quote, at time: MarketTime?, receivedAt: MarketTime) -> Change {
        let time = time ?? receivedAt
        if let quoteAt, time < quoteAt { return .outOfOrder }
        quoteAt = time
        let bid = quote.bid.value.isPositive ? quote.bid : nil
        let ask = quote.ask.value.isPositive ? quote.ask : nil
        guard bid != self.bid || ask != self.ask else { return .nothing }
        self.bid = bid
        self.ask = ask
        return .quote
    }

    private mutating func take(_ interest: OpenInterest) -> Change {
        guard interest.quantity != openInterest else { return .nothing }
        openInterest = interest.quantity
        return .quote
    }

    /// Venues send the rate and the prices apart, so what an event leaves out stays.
    private mutating func take(_ new: Funding) -> Change {
        var merged = funding ?? new
        merged.rate = new.rate ?? merged.rate
        merged.nextAt = new.nextAt ?? merged.nextAt
        merged.markPrice = new.markPrice ?? merged.markPrice
        merged.indexPrice = new.indexPrice ?? merged.indexPrice
        guard merged != funding else { return .nothing }
        funding = merged
        return .quote
    }

    @discardableResult
    private mutating func moveLast(to price: Price, at time: MarketTime) -> Bool {
        if let lastAt, time < lastAt { return false }
        last = price
        lastAt = time
        return true
    }
}
