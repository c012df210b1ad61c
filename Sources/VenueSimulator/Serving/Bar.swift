package import Markets

/// A candle with all that a venue's own dialect tells about it.
package struct Bar: Hashable, Sendable {
    package var openTime: MarketTime
    package var open: Price
    package var high: Price
    package var low: Price
    package var close: Price
    package var volume: Quantity = .zero
    package var quoteVolume: Money = .zero
    /// The part in which the taker bought.
    package var takerBuyVolume: Quantity = .zero
    package var takerBuyQuoteVolume: Money = .zero
    package var trades = 0
    /// Ids of the first and the last trade, nil where they are not known.
    package var tradeIDs: ClosedRange<Int64>?

    /// A minute without a trade yet, at the price before it.
    package init(openTime: MarketTime, price: Price) {
        self.openTime = openTime
        (open, high, low, close) = (price, price, price, price)
    }

    /// The candle of a longer interval that begins with this one.
    func extended(by later: Bar) -> Bar {
        var whole = self
        whole.high = max(high, later.high)
        whole.low = min(low, later.low)
        whole.close = later.close
        whole.volume = volume.plus(later.volume)
        whole.quoteVolume = quoteVolume.plus(later.quoteVolume)
        whole.takerBuyVolume = takerBuyVolume.plus(later.takerBuyVolume)
        whole.takerBuyQuoteVolume = takerBuyQuoteVolume.plus(later.takerBuyQuoteVolume)
        whole.trades = trades + later.trades
        if let first = tradeIDs?.lowerBound ?? later.tradeIDs?.lowerBound,
            let last = later.tradeIDs?.upperBound ?? tradeIDs?.upperBound, first <= last
        {
            whole.tradeIDs = first...last
        }
        return whole
    }
}

/// Volumes of one market stay below 10²⁰; a recording that claims more keeps the largest value that was representable.
extension Quantity {
    func plus(_ other: Quantity) -> Quantity { value.adding(other.value).map(Quantity.init) ?? self }
    func minus(_ other: Quantity) -> Quantity { value.subtracting(other.value).map(Quantity.init) ?? self }
}

extension Money {
    func plus(_ other: Money) -> Money { value.adding(other.value).map(Money.init) ?? self }
    func minus(_ other: Money) -> Money { value.subtracting(other.value).map(Money.init) ?? self }
}
