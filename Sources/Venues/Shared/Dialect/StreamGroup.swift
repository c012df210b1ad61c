package import Markets

/// What a stream brings; silence is judged per group.
package enum StreamGroup: Int, CaseIterable, Hashable, Sendable {
    case tickers, quotes, trades, candles, books, liquidations, openInterest, funding
}

extension StreamGroup {
    /// The group that an event belongs to.
    package init(_ payload: MarketEvent.Payload) {
        switch payload {
        case .ticker: self = .tickers
        case .quote: self = .quotes
        case .trade: self = .trades
        case .candle: self = .candles
        case .book: self = .books
        case .liquidation: self = .liquidations
        case .openInterest: self = .openInterest
        case .funding: self = .funding
        }
    }
}

/// One thing to subscribe to.
package struct VenueStream: Hashable, Sendable {
    /// As the dialect writes it in a request, and as the venue's answer names it where it does.
    package let name: String
    package let group: StreamGroup
    /// Everything that comes over it; the group is the one by which its silence is judged.
    package let brings: Set<StreamGroup>
    /// How many markets it covers: an all-market stream is hardly ever silent, one market's often.
    package let markets: Int

    package init(_ name: String, _ group: StreamGroup, and others: Set<StreamGroup> = [], markets: Int = 1) {
        self.name = name
        self.group = group
        brings = others.union([group])
        self.markets = markets
    }
}
