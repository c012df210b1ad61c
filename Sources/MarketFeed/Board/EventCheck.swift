import Markets

extension MarketEvent {
    /// Whether the figures can be true of any market: prices above zero, volumes not below, a spread not crossed.
    var isSane: Bool {
        switch payload {
        case .ticker(let ticker): ticker.isSane
        case .quote(let quote): quote.isSane
        case .trade(let trade): trade.price.value.isPositive && trade.quantity.value.isPositive
        case .candle(let candle): candle.isSane
        case .book: true  // the shelf of books looks at every level itself
        case .liquidation(let one): one.price.value.isPositive && one.quantity.value.isPositive
        case .openInterest(let interest): !interest.quantity.value.isNegative
        case .funding(let funding): [funding.markPrice, funding.indexPrice].allSatisfy { $0?.value.isPositive ?? true }
        }
    }
}

extension Ticker {
    fileprivate var isSane: Bool {
        last.value.isPositive && !open24h.value.isNegative && low24h.value.isPositive && low24h <= high24h
            && !baseVolume.value.isNegative && !quoteVolume.value.isNegative
    }
}

extension Quote {
    /// A side that is zero is an empty side.
    fileprivate var isSane: Bool {
        guard !bid.value.isNegative, !ask.value.isNegative else { return false }
        return bid < ask || bid.value.isZero || ask.value.isZero
    }
}

extension Candle {
    /// Whether the figures fit together and the open time is one of the interval's.
    var isSane: Bool {
        low.value.isPositive && low <= min(open, close) && max(open, close) <= high
            && !volume.value.isNegative && !quoteVolume.value.isNegative && trades >= 0
            && interval.openTime(of: openTime) == openTime
    }
}
