import Markets

extension Market {
    /// What a decoder that knows nothing of bundles has read, in our units.
    ///
    /// Of the few bundled markets (`1000PEPEUSDT`) prices become smaller and quantities larger; the others are as they
    /// were.
    ///
    /// - Throws: ``FrameRefusal`` when a figure leaves the representable range.
    func unbundled(_ trade: Trade) throws(FrameRefusal) -> Trade {
        guard multiplier != 1 else { return trade }
        var trade = trade
        trade.price = try unbundled(trade.price)
        trade.quantity = try unbundled(trade.quantity)
        return trade
    }

    /// The same of a quote.
    func unbundled(_ quote: Quote) throws(FrameRefusal) -> Quote {
        guard multiplier != 1 else { return quote }
        var quote = quote
        quote.bid = try unbundled(quote.bid)
        quote.bidQuantity = try unbundled(quote.bidQuantity)
        quote.ask = try unbundled(quote.ask)
        quote.askQuantity = try unbundled(quote.askQuantity)
        return quote
    }

    /// The same of a ticker, in which the quote volume needs no change.
    func unbundled(_ ticker: Ticker) throws(FrameRefusal) -> Ticker {
        guard multiplier != 1 else { return ticker }
        var ticker = ticker
        ticker.last = try unbundled(ticker.last)
        ticker.open24h = try unbundled(ticker.open24h)
        ticker.high24h = try unbundled(ticker.high24h)
        ticker.low24h = try unbundled(ticker.low24h)
        ticker.baseVolume = try unbundled(ticker.baseVolume)
        return ticker
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
