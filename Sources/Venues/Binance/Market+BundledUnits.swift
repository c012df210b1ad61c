import Markets

extension Market {
    /// What a decoder that knows nothing of bundles has read, in our units.
    ///
    /// Of the few bundled markets (`1000PEPEUSDT`) prices become smaller and quantities larger; the others are as they
    /// were.
    ///
    /// - Throws: ``FrameRefusal`` when a figure leaves the representable range.
    func unbundled(_ event: MarketEvent) throws(FrameRefusal) -> MarketEvent {
        guard multiplier != 1 else { return event }
        var event = event
        switch event.payload {
        case .trade(var trade):
            trade.price = try unbundled(trade.price)
            trade.quantity = try unbundled(trade.quantity)
            event.payload = .trade(trade)
        case .quote(var quote):
            quote.bid = try unbundled(quote.bid)
            quote.bidQuantity = try unbundled(quote.bidQuantity)
            quote.ask = try unbundled(quote.ask)
            quote.askQuantity = try unbundled(quote.askQuantity)
            event.payload = .quote(quote)
        case .ticker(var ticker):
            ticker.last = try unbundled(ticker.last)
            ticker.open24h = try unbundled(ticker.open24h)
            ticker.high24h = try unbundled(ticker.high24h)
            ticker.low24h = try unbundled(ticker.low24h)
            ticker.baseVolume = try unbundled(ticker.baseVolume)
            event.payload = .ticker(ticker)
        case .candle(let candle): event.payload = .candle(try unbundled(candle))
        case .book, .liquidation, .openInterest, .funding: break
        }
        return event
    }

    /// The same of a candle, in which the quote volume needs no change.
    func unbundled(_ candle: Candle) throws(FrameRefusal) -> Candle {
        guard multiplier != 1 else { return candle }
        var candle = candle
        candle.open = try unbundled(candle.open)
        candle.high = try unbundled(candle.high)
        candle.low = try unbundled(candle.low)
        candle.close = try unbundled(candle.close)
        candle.volume = try unbundled(candle.volume)
        return candle
    }

    private func unbundled(_ price: Price) throws(FrameRefusal) -> Price {
        guard let ours = self.price(price.value), !price.value.isPositive || ours.value.isPositive else {
            throw FrameRefusal(.valueOutOfRange)
        }
        return ours
    }

    private func unbundled(_ quantity: Quantity) throws(FrameRefusal) -> Quantity {
        guard let ours = self.quantity(quantity.value) else { throw FrameRefusal(.valueOutOfRange) }
        return ours
    }
}
