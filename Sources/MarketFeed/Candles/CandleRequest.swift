package import Markets

/// What a reader asks of the candles of one symbol.
package struct CandleRequest: Hashable, Sendable {
    package static let defaultLimit = 500
    package static let maximumLimit = 1_000
    /// The instants a request may name: the year 2000 to the year 2100.
    ///
    /// Outside it every sum is nonsense or overflows.
    package static let years = TimeSpan(
        from: MarketTime(milliseconds: 946_684_800_000),
        to: MarketTime(milliseconds: 4_102_444_800_000)
    )

    package var symbol: Symbol
    /// Nil for the venue where the symbol trades most.
    package var venue: Venue?
    package var interval: CandleInterval
    /// Open time of the first candle wanted; with it, the page begins there.
    package var from: MarketTime?
    /// Open time behind the last candle wanted; nil for now.
    package var to: MarketTime?
    package var limit: Int

    /// Throws the first thing that is wrong with it.
    ///
    /// - Throws: ``MarketFeedError/limitOutOfRange(_:)``, ``MarketFeedError/instantOutOfRange(_:)``,
    ///   ``MarketFeedError/rangeImpossible(from:to:)``, ``MarketFeedError/rangeTooWide(candles:limit:)``.
    package init(
        symbol: Symbol,
        venue: Venue? = nil,
        interval: CandleInterval,
        from: MarketTime? = nil,
        to: MarketTime? = nil,
        limit: Int? = nil
    ) throws(MarketFeedError) {
        let limit = limit ?? Self.defaultLimit
        guard (1...Self.maximumLimit).contains(limit) else { throw .limitOutOfRange(limit) }
        for case let instant? in [from, to] where !Self.years.contains(instant) {
            throw .instantOutOfRange(instant)
        }
        if let from, let to {
            guard from < to else { throw .rangeImpossible(from: from, to: to) }
            let candles = to.since(from) / interval.milliseconds
            guard candles <= Int64(Self.maximumLimit) else {
                throw .rangeTooWide(candles: candles, limit: Self.maximumLimit)
            }
        }
        self.symbol = symbol
        self.venue = venue
        self.interval = interval
        self.from = from
        self.to = to
        self.limit = limit
    }

    /// The same from the words of a request.
    ///
    /// - Throws: ``MarketFeedError/symbolUnknown(_:)``, ``MarketFeedError/venueUnknown(_:)``,
    ///   ``MarketFeedError/intervalUnknown(_:)`` and what ``init(symbol:venue:interval:from:to:limit:)`` throws.
    package init(
        symbolText: String,
        venueText: String?,
        intervalText: String,
        from: Int64?,
        to: Int64?,
        limit: Int?
    ) throws(MarketFeedError) {
        guard let symbol = Symbol(symbolText) else { throw .symbolUnknown(symbolText) }
        var venue: Venue?
        if let venueText {
            guard let known = Venue(rawValue: venueText) else { throw .venueUnknown(venueText) }
            venue = known
        }
        guard let interval = CandleInterval(rawValue: intervalText) else { throw .intervalUnknown(intervalText) }
        try self.init(
            symbol: symbol,
            venue: venue,
            interval: interval,
            from: from.map(MarketTime.init(milliseconds:)),
            to: to.map(MarketTime.init(milliseconds:)),
            limit: limit
        )
    }
}

/// The answer to a ``CandleRequest``.
package struct CandlePage: Hashable, Sendable {
    package var series: CandleSeries
    /// Oldest first; the last one may be open.
    package var items: [Candle]
    /// Stretches among the items that are known to be missing or incomplete, oldest first.
    package var gaps: [TimeSpan]

    package init(series: CandleSeries, items: [Candle], gaps: [TimeSpan]) {
        self.series = series
        self.items = items
        self.gaps = gaps
    }
}
