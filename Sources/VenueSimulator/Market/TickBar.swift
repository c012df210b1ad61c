import Markets

/// A minute candle in ticks and lots: 56 bytes, so that a day of several hundred markets fits into some 36 MB.
struct TickBar: Hashable, Sendable {
    /// Minutes since 1970-01-01 00:00 UTC.
    var minute: Int32
    var trades: Int32 = 0
    var open: Int32
    var high: Int32
    var low: Int32
    var close: Int32
    var lots: Int64 = 0
    var takerBuyLots: Int64 = 0
    /// Products of ticks and lots.
    var turnover: Int64 = 0
    var takerBuyTurnover: Int64 = 0

    /// A minute without a trade.
    init(minute: Int64, price: Int64) {
        self.minute = Int32(clamping: minute)
        open = Int32(clamping: price)
        (high, low, close) = (open, open, open)
    }

    /// A past minute: no trades were drawn for it, so its turnover is taken at its typical price.
    init(_ plan: MinutePlan, market: SimulatedListing) {
        self.init(minute: plan.minute, price: plan.open)
        high = Int32(clamping: plan.high)
        low = Int32(clamping: plan.low)
        close = Int32(clamping: plan.close)
        trades = Int32(clamping: plan.trades)
        lots = plan.lots
        let typical = (plan.open + plan.high + plan.low + plan.close) / 4
        turnover = typical * lots
        var random = SeededRandom(market.key, UInt64(bitPattern: plan.minute), 4)
        takerBuyLots = Int64(Double(lots) * (0.35 + 0.3 * random.unit()))
        takerBuyTurnover = typical * takerBuyLots
    }

    mutating func add(_ draw: MinuteTrades.Draw) {
        let ticks = Int32(clamping: draw.ticks)
        if trades == 0 { (open, high, low) = (ticks, ticks, ticks) }
        high = max(high, ticks)
        low = min(low, ticks)
        close = ticks
        trades += 1
        lots += draw.lots
        turnover += draw.ticks * draw.lots
        guard draw.isTakerBuy else { return }
        takerBuyLots += draw.lots
        takerBuyTurnover += draw.ticks * draw.lots
    }

    func bar(_ listing: Listing, lastID: Int64? = nil) -> Bar {
        var bar = Bar(
            openTime: MarketTime(milliseconds: Int64(minute) * 60_000),
            price: listing.price(ticks: Int64(open))
        )
        bar.high = listing.price(ticks: Int64(high))
        bar.low = listing.price(ticks: Int64(low))
        bar.close = listing.price(ticks: Int64(close))
        bar.volume = listing.quantity(lots: lots)
        bar.takerBuyVolume = listing.quantity(lots: takerBuyLots)
        bar.quoteVolume = listing.money(turnover)
        bar.takerBuyQuoteVolume = listing.money(takerBuyTurnover)
        bar.trades = Int(trades)
        if let lastID, trades > 0 { bar.tradeIDs = (lastID - Int64(trades) + 1)...lastID }
        return bar
    }
}
