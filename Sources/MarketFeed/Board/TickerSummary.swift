import Markets

/// One symbol's figures as they are served: of one venue, or of every fresh venue together.
struct TickerSummary: Sendable {
    /// One venue's line.
    struct Line: Sendable {
        let venue: Venue
        let price: Price
        let change: PercentChange?
        let volume: Money
        let high: Price
        let low: Price
        let bid: Price?
        let ask: Price?
        let time: MarketTime
        let heardAt: MarketTime
        let isStale: Bool

        /// Nil while the market has no price.
        init?(venue: Venue, market: VenueMarket) {
            guard let ticker = market.newestTicker, let time = market.lastAt else { return nil }
            self.venue = venue
            price = ticker.last
            change = PercentChange(from: ticker.open24h, to: ticker.last)
            volume = ticker.quoteVolume
            high = ticker.high24h
            low = ticker.low24h
            bid = market.bid
            ask = market.ask
            self.time = time
            heardAt = market.heardAt
            isStale = market.isStale || !market.isTrading
        }
    }

    let price: Price
    let change: PercentChange?
    /// Quote asset, 24 h.
    let volume: Money
    let high: Price
    let low: Price
    let bid: Price?
    let ask: Price?
    let time: MarketTime
    let isStale: Bool
    let lines: [Line]
}

extension TickerSummary {
    /// A single venue's figures, as they are.
    init(_ line: Line) {
        self.init(
            price: line.price,
            change: line.change,
            volume: line.volume,
            high: line.high,
            low: line.low,
            bid: line.bid,
            ask: line.ask,
            time: line.time,
            isStale: line.isStale,
            lines: [line]
        )
    }

    /// The venues together: price and change weighted by volume, volume summed, the best bid and ask anywhere.
    ///
    /// Only fresh venues count. When all are stale, those that were heard last keep the value standing, marked stale.
    /// A venue whose price is further than 20 % from that of the most traded one is shown but not counted: it is an
    /// error, or another coin under the same ticker.
    static func combined(_ lines: [Line]) -> TickerSummary? {
        guard let first = lines.first, lines.count > 1 else { return lines.first.map(TickerSummary.init) }
        let counted = counted(lines)
        let leader = counted.max { $0.volume < $1.volume } ?? first
        let weights = VenueWeights(counted)
        let bid = counted.compactMap(\.bid).max()
        let ask = counted.compactMap(\.ask).min()
        // Two venues can cross each other for a moment; a crossed pair is not shown, the most traded venue's is.
        let isCrossed = if let bid, let ask { bid > ask } else { false }
        return TickerSummary(
            price: weights.price ?? leader.price,
            change: weights.change ?? leader.change,
            volume: weights.total ?? leader.volume,
            high: counted.map(\.high).max() ?? leader.high,
            low: counted.map(\.low).min() ?? leader.low,
            bid: isCrossed ? leader.bid : bid,
            ask: isCrossed ? leader.ask : ask,
            time: counted.map(\.time).max() ?? leader.time,
            isStale: counted.allSatisfy(\.isStale),
            lines: lines
        )
    }

    /// Venues that fell silent within this time of each other were heard last together.
    private static let lastHeardMilliseconds: Int64 = 2_000

    private static func counted(_ lines: [Line]) -> [Line] {
        var counted = lines.filter { !$0.isStale }
        if counted.isEmpty, let newest = lines.map(\.heardAt).max() {
            counted = lines.filter { newest.since($0.heardAt) <= lastHeardMilliseconds }
        }
        guard let leader = counted.max(by: { $0.volume < $1.volume }) else { return [] }
        return counted.filter { line in
            let distance = line.price.value.units - leader.price.value.units
            return distance.magnitude <= leader.price.value.units.magnitude / 5
        }
    }
}
