import Markets

/// One symbol over all venues, with what was rendered of it since its last change.
struct SymbolEntry: Sendable {
    /// A finished list item and what lists are sorted by.
    struct Item: Sendable {
        let bytes: [UInt8]
        let volume: Money
        let change: PercentChange?
    }

    let symbol: Symbol
    private(set) var base: String
    private(set) var quote: String
    /// One place per venue.
    private var markets: [VenueMarket?]
    /// One place for all venues together, then one per venue.
    private var items: [Item?]
    private var frame: [UInt8]?
    /// The board's version when any figure last changed, and when one that a WebSocket ticker shows did.
    private(set) var itemVersion: UInt64 = 0
    private(set) var frameVersion: UInt64 = 0
    /// Neighbours in the board's chain of frame changes.
    var older: Int?
    var newer: Int?

    init(symbol: Symbol) {
        self.symbol = symbol
        (base, quote) = QuoteAssets.split(symbol)
        markets = Array(repeating: nil, count: Venue.allCases.count)
        items = Array(repeating: nil, count: Venue.allCases.count + 1)
    }

    /// Access in place; nil where the venue does not have the symbol.
    subscript(venue: Venue) -> VenueMarket? {
        _read { yield markets[venue.position] }
        _modify { yield &markets[venue.position] }
    }

    func isOn(_ venue: Venue) -> Bool {
        if case .some = markets[venue.position] { true } else { false }
    }

    /// Gives the event to its venue's market, which is fresh from then on.
    mutating func take(_ event: MarketEvent) -> (change: VenueMarket.Change, wasStale: Bool) {
        markets[event.venue.position]?.take(event) ?? (.nothing, false)
    }

    mutating func name(base: String, quote: String) {
        self.base = base
        self.quote = quote
    }

    /// Forgets what was rendered of a venue and of the whole.
    mutating func touch(_ venue: Venue, version: UInt64, withFrame: Bool) {
        itemVersion = version
        items[0] = nil
        items[venue.position + 1] = nil
        if withFrame {
            frameVersion = version
            frame = nil
        }
    }

    /// The REST item of one venue, or of all together; nil while there is no price.
    mutating func item(of venue: Venue?) -> Item? {
        let place = venue.map { $0.position + 1 } ?? 0
        if let item = items[place] { return item }
        guard let summary = summary(of: venue) else { return nil }
        let item = Item(
            bytes: summary.item(symbol: symbol, base: base, quote: quote),
            volume: summary.volume,
            change: summary.change
        )
        items[place] = item
        return item
    }

    /// The WebSocket payload; nil while there is no price.
    mutating func framePayload() -> [UInt8]? {
        if let frame { return frame }
        frame = summary(of: nil)?.frame(symbol: symbol)
        return frame
    }

    func summary(of venue: Venue?) -> TickerSummary? {
        guard let venue else { return TickerSummary.combined(lines) }
        return TickerSummary.settingApart(lines).first { $0.venue == venue }.map(TickerSummary.init)
    }

    /// One line per venue that has a price.
    var lines: [TickerSummary.Line] { Venue.allCases.compactMap(line(of:)) }

    func line(of venue: Venue) -> TickerSummary.Line? {
        markets[venue.position].flatMap { TickerSummary.Line(venue: venue, market: $0) }
    }

    var isListedAnywhere: Bool { markets.contains { $0 != nil } }

    /// Compares the fresh venues' prices with each other.
    ///
    /// - Returns: the venues that were set apart, or taken back.
    mutating func judgeDivergence(now: MarketTime) -> [Venue] {
        guard markets.count(where: { $0.map { !$0.isStale } ?? false }) > 1 else { return [] }
        let lines = lines
        let counted = TickerSummary.counted(TickerSummary.settingApart(lines)).filter { !$0.isStale }
        guard let reference = TickerSummary.reference(counted) else { return [] }
        return lines.filter { !$0.isStale }.compactMap { line in
            let isFar = PriceDivergence.isFar(line.price, from: reference)
            return markets[line.venue.position]?.divergence.judge(isFar: isFar, at: now) ?? false ? line.venue : nil
        }
    }
}
