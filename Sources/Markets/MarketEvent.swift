/// One thing that happened on a venue, in our words.
@usableFromInline package struct MarketEvent: Hashable, Sendable {
    @usableFromInline package var venue: Venue
    /// When the venue says it happened; nil where its message carries no time.
    @usableFromInline package var exchangeTime: MarketTime?
    /// When the bytes reached us.
    @usableFromInline package var receivedTime: MarketTime
    @usableFromInline package var payload: Payload

    @usableFromInline package enum Payload: Hashable, Sendable {
        case ticker(Ticker)
        case quote(Quote)
        case trade(Trade)
        case candle(Candle)
        case book(BookUpdate)
        case liquidation(Liquidation)
        case openInterest(OpenInterest)
        case funding(Funding)
    }

    @inlinable package init(venue: Venue, exchangeTime: MarketTime?, receivedTime: MarketTime, payload: Payload) {
        self.venue = venue
        self.exchangeTime = exchangeTime
        self.receivedTime = receivedTime
        self.payload = payload
    }

    /// The venue's time, or ours where it gave none.
    @inlinable package var time: MarketTime { exchangeTime ?? receivedTime }

    @inlinable package var symbol: Symbol {
        switch payload {
        case .ticker(let ticker): ticker.symbol
        case .quote(let quote): quote.symbol
        case .trade(let trade): trade.symbol
        case .candle(let candle): candle.symbol
        case .book(let update): update.symbol
        case .liquidation(let liquidation): liquidation.symbol
        case .openInterest(let interest): interest.symbol
        case .funding(let funding): funding.symbol
        }
    }
}
