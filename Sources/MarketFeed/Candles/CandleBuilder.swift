package import Markets

/// The candle engine: trades and the venues' own candles in, closed candles and gaps out.
///
/// A value without a clock: time is the venue's own, in its events, so that a replay gives the same candles as the live
/// feed did.
package struct CandleBuilder: Sendable {
    private struct Market: Hashable {
        let venue: Venue
        let symbol: Symbol
    }

    /// Whether the venue numbers the trades of the market one by one; on Binance's futures some numbers are left out.
    private static func numbersTrades(of symbol: Symbol, on venue: Venue) -> Bool {
        venue == .binance && !symbol.isPerpetual
    }

    let maximumMarkets: Int
    /// By venue.
    private var counts = Array(repeating: CandleCounters(), count: Venue.allCases.count)
    private var places: [Market: Int] = [:]
    private var markets: [(venue: Venue, candles: MarketCandles)] = []
    /// The newest time in the venue's trades and candles.
    private var clocks: [MarketTime?] = Array(repeating: nil, count: Venue.allCases.count)
    private var settledTo: [MarketTime?] = Array(repeating: nil, count: Venue.allCases.count)

    /// - Parameter maximumMarkets: trades and candles of further markets are not taken, and counted.
    package init(maximumMarkets: Int = 4_000) {
        self.maximumMarkets = maximumMarkets
    }

    /// Whether candles are built of such an event.
    static func reads(_ event: MarketEvent) -> Bool {
        switch event.payload {
        case .trade, .candle: true
        case .ticker, .quote, .book, .liquidation, .openInterest, .funding: false
        }
    }

    package mutating func ingest(_ events: [MarketEvent]) -> [CandleOutput] {
        var outputs: [CandleOutput] = []
        for event in events { ingest(event, into: &outputs) }
        for case .gap(let gap) in outputs {
            counts[gap.series.venue.position].gaps += 1
        }
        return outputs
    }

    private mutating func ingest(_ event: MarketEvent, into outputs: inout [CandleOutput]) {
        switch event.payload {
        case .ticker, .quote, .book, .liquidation, .openInterest, .funding:
            return
        case .trade(let trade):
            guard let place = place(of: trade.symbol, on: event.venue) else { return }
            markets[place].candles.ingest(
                trade,
                at: event.time,
                counters: &counts[event.venue.position],
                into: &outputs
            )
        case .candle(let candle):
            // Longer candles are built here; those of the venue come as history only.
            guard candle.interval == .oneMinute, candle.isSane else { return }
            guard let place = place(of: candle.symbol, on: event.venue) else { return }
            markets[place].candles.ingest(candle, counters: &counts[event.venue.position], into: &outputs)
        }
        turn(event.venue, to: event.time, into: &outputs)
    }

    /// Moves the venue's clock on, and settles its markets once in a minute, when the grace after it is over.
    private mutating func turn(_ venue: Venue, to time: MarketTime, into outputs: inout [CandleOutput]) {
        let clock = max(clocks[venue.position] ?? time, time)
        clocks[venue.position] = clock
        let settleable = clock.adding(milliseconds: -MarketCandles.graceMilliseconds)
        let minute = CandleInterval.oneMinute.openTime(of: settleable)
        guard minute > settledTo[venue.position] ?? MarketTime(milliseconds: .min) else { return }
        settledTo[venue.position] = minute
        for place in markets.indices where markets[place].venue == venue {
            markets[place].candles.advance(to: clock, counters: &counts[venue.position], into: &outputs)
        }
    }

    /// Notes that the connection to the venue was lost.
    package mutating func interrupt(_ venue: Venue) {
        for place in markets.indices where markets[place].venue == venue { markets[place].candles.interrupt() }
    }

    /// The newest time that the venue's own clock has shown; nil before its first trade or candle.
    package func clock(of venue: Venue) -> MarketTime? { clocks[venue.position] }

    package func counters(of venue: Venue) -> CandleCounters { counts[venue.position] }

    /// Whether candles of the market are being built.
    package func follows(_ symbol: Symbol, on venue: Venue) -> Bool {
        places[Market(venue: venue, symbol: symbol)] != nil
    }

    /// The candles of the series that are still being built, oldest first.
    package func live(_ series: CandleSeries) -> [LiveCandle] {
        guard let place = places[Market(venue: series.venue, symbol: series.symbol)] else { return [] }
        return markets[place].candles.live(series.interval)
    }

    /// The one-minute candles of every market that are still being built.
    package func openMinutes() -> [VenueCandle] {
        markets.flatMap { market in
            market.candles.live(.oneMinute).map { VenueCandle(venue: market.venue, candle: $0.candle) }
        }
    }

    /// Takes closed candles of the venue's history that are complete over the span, so that longer candles have their
    /// beginning.
    package mutating func seed(_ candles: [Candle], of series: CandleSeries, over span: TimeSpan) {
        guard let place = places[Market(venue: series.venue, symbol: series.symbol)],
            let clock = clocks[series.venue.position]
        else { return }
        markets[place].candles.seed(candles, of: series.interval, over: span, now: clock)
    }

    private mutating func place(of symbol: Symbol, on venue: Venue) -> Int? {
        let market = Market(venue: venue, symbol: symbol)
        if let place = places[market] { return place }
        guard markets.count < maximumMarkets else {
            counts[venue.position].beyondBound += 1
            return nil
        }
        let candles = MarketCandles(
            venue: venue,
            symbol: symbol,
            idsAreConsecutive: Self.numbersTrades(of: symbol, on: venue)
        )
        markets.append((venue, candles))
        places[market] = markets.count - 1
        return markets.count - 1
    }
}
