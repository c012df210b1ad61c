package import Markets

/// A whole venue made from a seed: several hundred markets whose prices follow one market factor and their own walk.
///
/// A value without a clock: time comes from outside, and the same seed and instants give the same events to the last
/// byte. Every minute's candle is a function of seed and minute alone, so history, the present and a market started
/// again tomorrow fit together; a live minute's trades add up to its candle exactly.
package struct SimulatedMarket: Sendable {
    /// More minutes than this in one step are not traded through but skipped, see ``advance(to:)``.
    static let longestStepMinutes: Int64 = 5

    package private(set) var time: MarketTime
    package let listings: [Listing]
    private(set) var symbols: [SimulatedSymbol]
    private var books: [Int: SimulatedBook] = [:]
    private var minute: Int64

    /// - Parameters:
    ///   - seed: decides everything.
    ///   - venue: whose listings; prices of one seed agree over the venues within a few basis points.
    ///   - time: where the market starts; the minute's trades before it have already happened.
    ///   - tradesPerSecond: over all markets, at ordinary times.
    ///   - assets: the number of coins listed, busiest first; nil for all that the venue has.
    package init(
        seed: UInt64,
        venue: Venue = .binance,
        startingAt time: MarketTime,
        tradesPerSecond: Double = 2000,
        assets: Int? = nil
    ) {
        let table = ListingTable(venue, seed: seed, most: assets)
        let markets = table.listings(tradesPerMinute: tradesPerSecond * 60)
        listings = markets.map(\.listing)
        self.time = time
        let start = time.milliseconds / 60_000
        minute = start
        symbols = markets.map { SimulatedSymbol($0, minute: start) }
        for index in symbols.indices {
            while symbols[index].trade(due: time.milliseconds) != nil {}
        }
    }

    /// Lets the market run to an instant and tells what happened, in the order of time.
    ///
    /// Trades of the instant itself are included. After a pause of more than five minutes (a sleeping machine) nothing is
    /// told about the time between: the market goes on at the instant, and the candles of the pause are in its history.
    package mutating func advance(to target: MarketTime) -> [VenueEvent] {
        if target.milliseconds / 60_000 - minute > Self.longestStepMinutes { skip(to: target) }
        var events: [VenueEvent] = []
        while time < target {
            let end = MarketTime(milliseconds: (minute + 1) * 60_000)
            let stop = min(target, end)
            trade(until: stop, into: &events)
            time = stop
            if stop == end { closeMinute(into: &events) }
        }
        return events
    }

    private mutating func trade(until stop: MarketTime, into events: inout [VenueEvent]) {
        let start = events.count
        for index in symbols.indices {
            while let (print, top) = symbols[index].trade(due: stop.milliseconds) {
                events.append(VenueEvent(listing: index, time: print.time, payload: .trade(print)))
                events.append(VenueEvent(listing: index, time: print.time, payload: .quote(top)))
                if let closed = symbols[index].market.perpetual?.liquidation(print) {
                    events.append(VenueEvent(listing: index, time: print.time, payload: .liquidation(closed)))
                }
            }
        }
        // Swift's sort is stable: within a millisecond the order of listings and of trades stays.
        events[start...].sort { $0.time < $1.time }
    }

    private mutating func closeMinute(into events: inout [VenueEvent]) {
        minute += 1
        for index in symbols.indices {
            let bar = symbols[index].roll()
            events.append(VenueEvent(listing: index, time: time, payload: .candleClosed(.oneMinute, bar)))
        }
    }

    private mutating func skip(to target: MarketTime) {
        minute = target.milliseconds / 60_000
        time = target
        books = [:]
        for index in symbols.indices {
            symbols[index] = SimulatedSymbol(symbols[index].market, minute: minute)
            while symbols[index].trade(due: target.milliseconds) != nil {}
        }
    }
}

extension SimulatedMarket: ServedMarket {
    package mutating func day(of listing: Int) -> DayStatistics {
        let window = symbols[listing].window()
        let symbol = symbols[listing]
        let whole = window.day
        let start = MarketTime(milliseconds: window.firstMinute * 60_000)
        return DayStatistics(
            openTime: start,
            closeTime: time,
            bar: whole.trades > 0 ? whole.bar(symbol.listing, lastID: symbol.lastID) : nil,
            previousClose: symbol.listing.price(ticks: Int64(whole.open)),
            last: symbol.last
        )
    }

    package func quote(of listing: Int) -> TopOfBook? {
        listings[listing].state == .delisted ? nil : symbols[listing].top
    }

    package func prints(of listing: Int, limit: Int) -> [Print] { symbols[listing].prints(limit: limit) }

    package mutating func series(of listing: Int) -> any BarSeries {
        let window = symbols[listing].window()
        return SimulatedSeries(market: symbols[listing].market, window: window, lastID: symbols[listing].lastID)
    }

    package func perpetual(of listing: Int) -> (any PerpetualSeries)? {
        let market = symbols[listing].market
        return market.perpetual.map { SimulatedPerpetual(market: market, character: $0) }
    }

    package mutating func depth(of listing: Int) -> DepthSnapshot? {
        book(listing).snapshot
    }

    /// What changed in a market's book since the last call.
    package mutating func depthChange(of listing: Int) -> DepthChange? {
        guard listings[listing].state == .trading else { return nil }
        guard books[listing] != nil else {
            _ = book(listing)
            return nil
        }
        // In place: a book remembers its levels, which are not to be copied each time.
        return books[listing]?.refresh(symbols[listing], time: time)
    }

    private mutating func book(_ listing: Int) -> SimulatedBook {
        if let book = books[listing] { return book }
        let book = SimulatedBook(symbols[listing], time: time)
        books[listing] = book
        return book
    }
}
