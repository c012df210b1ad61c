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
        /// What the venue means by the ticker; nil for the ticker's own meaning.
        let otherAsset: String?
        /// Nil where the venue counts in what is said of all together.
        var setApart: SetApart?
        /// Of a perpetual.
        let funding: Funding?
        let openInterest: Quantity?

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
            otherAsset = market.otherAsset
            setApart = market.divergence.isApart ? .priceDivergence : nil
            funding = market.funding
            openInterest = market.openInterest
        }
    }

    /// What the price is of, where that is not what the ticker means elsewhere.
    let otherAsset: String?

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
    /// Base asset, over the venues that say it.
    let openInterest: Quantity?
    let lines: [Line]
}

extension TickerSummary {
    /// A single venue's figures, as they are.
    init(_ line: Line) {
        self.init(
            otherAsset: line.otherAsset,
            price: line.price,
            change: line.change,
            volume: line.volume,
            high: line.high,
            low: line.low,
            bid: line.bid,
            ask: line.ask,
            time: line.time,
            isStale: line.isStale,
            openInterest: line.openInterest,
            lines: [line]
        )
    }

    /// The venues together: price and change weighted by volume, volume summed, the best bid and ask anywhere.
    ///
    /// Only fresh venues count. When all are stale, those that were heard last keep the value standing, marked stale.
    /// A venue that is set apart, because it means another coin or because its price is far from that of the others, is
    /// shown but not counted.
    static func combined(_ lines: [Line]) -> TickerSummary? {
        guard lines.count > 1 else { return lines.first.map(TickerSummary.init) }
        let lines = settingApart(lines)
        let counted = counted(lines)
        guard let leader = counted.max(by: { $0.volume < $1.volume }) else { return nil }
        let weights = VenueWeights(counted)
        let bid = counted.compactMap(\.bid).max()
        let ask = counted.compactMap(\.ask).min()
        // Two venues can cross each other for a moment; a crossed pair is not shown, the most traded venue's is.
        let isCrossed = if let bid, let ask { bid > ask } else { false }
        return TickerSummary(
            otherAsset: leader.otherAsset,
            price: weights.price ?? leader.price,
            change: weights.change ?? leader.change,
            volume: weights.total ?? leader.volume,
            high: counted.map(\.high).max() ?? leader.high,
            low: counted.map(\.low).min() ?? leader.low,
            bid: isCrossed ? leader.bid : bid,
            ask: isCrossed ? leader.ask : ask,
            time: counted.map(\.time).max() ?? leader.time,
            isStale: counted.allSatisfy(\.isStale),
            openInterest: counted.compactMap(\.openInterest).reduce(nil) { sum, one in sum?.adding(one) ?? one },
            lines: lines
        )
    }

    /// The lines with those marked that do not belong with the others; at least one stays unmarked.
    static func settingApart(_ lines: [Line]) -> [Line] {
        let together = lines.filter { $0.setApart == nil }
        // Whoever is alone is nobody's double: all were set apart from one that is gone.
        guard !together.isEmpty else { return lines.map { $0.setApart(nil) }.keepingLeader() }
        let isOwn = together.contains { $0.otherAsset == nil }
        let leader = together.max { $0.volume < $1.volume }
        let asset = isOwn ? nil : leader?.otherAsset
        let marked = lines.map { $0.otherAsset == asset ? $0 : $0.setApart(.otherAsset) }
        guard let reference = reference(counted(marked)) else { return marked }
        return marked.map { line in
            guard line.setApart == nil, PriceDivergence.isFar(line.price, from: reference) else { return line }
            return line.setApart(.priceDivergence)
        }
    }

    /// Where the lines' prices are, the median by volume.
    static func reference(_ lines: [Line]) -> Price? {
        PriceDivergence.median(of: lines.map { ($0.price, $0.volume) })
    }

    /// Venues that fell silent within this time of each other were heard last together.
    private static let lastHeardMilliseconds: Int64 = 2_000

    /// The lines that make the figures of all: neither set apart nor stale, or those heard last when all are stale.
    static func counted(_ lines: [Line]) -> [Line] {
        let together = lines.filter { $0.setApart == nil }
        let fresh = together.filter { !$0.isStale }
        guard fresh.isEmpty, let newest = together.map(\.heardAt).max() else { return fresh }
        return together.filter { newest.since($0.heardAt) <= lastHeardMilliseconds }
    }
}

extension TickerSummary.Line {
    fileprivate func setApart(_ reason: SetApart?) -> Self {
        var line = self
        line.setApart = reason
        return line
    }
}

extension [TickerSummary.Line] {
    /// All but the most traded one set apart.
    fileprivate func keepingLeader() -> Self {
        guard let leader = self.max(by: { $0.volume < $1.volume })?.venue else { return self }
        return map { $0.venue == leader ? $0 : $0.setApart(.priceDivergence) }
    }
}
