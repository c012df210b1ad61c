package import Markets
package import Venues

/// Whether what a decoder made of a spoiled frame can be true of any market.
package enum Plausibility {
    package static func isPossible(_ event: MarketEvent) -> Bool {
        switch event.payload {
        case .trade(let trade): trade.price.value.isPositive && trade.quantity.value.isPositive
        case .quote(let quote): quote.bid.value.isPositive && quote.bid <= quote.ask
        case .ticker(let ticker): ticker.last.value.isPositive && ticker.low24h <= ticker.high24h
        case .candle(let candle):
            candle.low <= min(candle.open, candle.close) && max(candle.open, candle.close) <= candle.high
        case .book: false
        case .liquidation(let liquidation):
            liquidation.price.value.isPositive && liquidation.quantity.value.isPositive
        case .openInterest(let interest): !interest.quantity.value.isNegative
        case .funding(let funding):
            [funding.markPrice, funding.indexPrice].allSatisfy { $0?.value.isPositive ?? true }
        }
    }

    package static func isPossible(_ book: BookFrame) -> Bool {
        (book.bids + book.asks).allSatisfy { $0.price.value.isPositive && !$0.quantity.value.isNegative }
    }
}
