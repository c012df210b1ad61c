import Markets

/// One market in motion: the trades of its open minute, the last day, the last trades, the quote.
struct SimulatedSymbol: Sendable {
    /// Trades kept for `GET trades`.
    static let printsKept = 500

    let market: SimulatedListing
    private var record: MinuteRecord
    private(set) var lastID: Int64
    private(set) var top: TopOfBook
    private(set) var last: Print
    private var trades: MinuteTrades
    private(set) var upcoming: MinuteTrades.Draw?
    private var prints: [Print] = []
    private var printsStart = 0

    var listing: Listing { market.listing }

    init(_ market: SimulatedListing, minute: Int64) {
        self.market = market
        let history = MinuteHistory(market: market)
        let plan = history.plan(minute)
        let close = history.lastClose(before: minute)
        record = MinuteRecord(open: TickBar(minute: minute, price: close))
        lastID = Self.idBefore(minute, market)
        last = Print(
            id: lastID,
            time: MarketTime(milliseconds: minute * 60_000 - 1),
            price: market.listing.price(ticks: close),
            quantity: market.listing.quantity(lots: 1),
            takerSide: .buy
        )
        trades = MinuteTrades(plan, market: market)
        top = Self.top(market, ticks: close, isTakerBuy: true, updateID: lastID * 3)
        upcoming = trades.next()
    }

    /// The id of the last trade before a minute.
    ///
    /// Each UTC hour begins at a number of its own, twelve times the usual number of trades above the hour before, and
    /// counts its trades from there: a market that is started again within the hour goes on with the ids it would have
    /// had, later with higher ones.
    private static func idBefore(_ minute: Int64, _ market: SimulatedListing) -> Int64 {
        let hour = minute / 60
        let perHour = Int64((market.tradesPerMinute * 60 * 12).rounded(.up)) + 60
        let sinceHour = (hour * 60..<minute).reduce(0) { $0 + MinutePlan.tempo(market, minute: $1).trades }
        return (hour - firstHour) * perHour + Int64(sinceHour)
    }

    /// 14 July 2017, when the venue opened.
    private static let firstHour: Int64 = 17_361 * 24

    /// The last day, the open minute included.
    mutating func window() -> MinuteWindow { record.window(of: market) }

    /// Takes the next trade of the open minute, if it is due.
    mutating func trade(due milliseconds: Int64) -> (Print, TopOfBook)? {
        guard let draw = upcoming, draw.milliseconds <= milliseconds else { return nil }
        upcoming = trades.next()
        record.add(draw)
        lastID += 1
        last = Print(
            id: lastID,
            time: MarketTime(milliseconds: draw.milliseconds),
            price: listing.price(ticks: draw.ticks),
            quantity: listing.quantity(lots: draw.lots),
            takerSide: draw.isTakerBuy ? .buy : .sell
        )
        keep(last)
        top = Self.top(market, ticks: draw.ticks, isTakerBuy: draw.isTakerBuy, updateID: top.updateID + 3)
        return (last, top)
    }

    /// Closes the minute, all of whose trades were taken, and plans the next.
    mutating func roll() -> Bar {
        let closed = record.roll()
        let minute = Int64(closed.minute) + 1
        let path = market.ticks(minute...minute + 1)
        let plan = MinutePlan(market, minute: minute, start: path[0], end: path[1], last: Int64(closed.close))
        trades = MinuteTrades(plan, market: market)
        upcoming = trades.next()
        return closed.bar(listing, lastID: lastID)
    }

    /// The newest trades, oldest first.
    func prints(limit: Int) -> [Print] {
        (prints[printsStart...] + prints[..<printsStart]).suffix(limit)
    }

    private mutating func keep(_ print: Print) {
        if prints.count < Self.printsKept {
            prints.append(print)
        } else {
            prints[printsStart] = print
            printsStart = (printsStart + 1) % Self.printsKept
        }
    }

    /// The side that was taken shows its price, the other stands a spread away.
    private static func top(
        _ market: SimulatedListing,
        ticks: Int64,
        isTakerBuy: Bool,
        updateID: Int64
    ) -> TopOfBook {
        var random = SeededRandom(market.key, UInt64(bitPattern: updateID), 5)
        let bid = max(1, isTakerBuy ? ticks - market.spreadTicks : ticks)
        let ask = max(bid + 1, isTakerBuy ? ticks : ticks + market.spreadTicks)
        let lots = { (random: inout SeededRandom) in
            max(1, Int64(market.lotsPerTrade * 4 * random.spread(1)))
        }
        return TopOfBook(
            updateID: updateID,
            bid: market.listing.price(ticks: bid),
            bidQuantity: market.listing.quantity(lots: lots(&random)),
            ask: market.listing.price(ticks: ask),
            askQuantity: market.listing.quantity(lots: lots(&random))
        )
    }
}
