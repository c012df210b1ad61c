import Markets

/// One minute of one market while it may still change: our own sum of its trades and what the venue says of it.
struct Minute: Sendable {
    enum State: Hashable, Sendable {
        case open
        /// Said to be final, by the venue itself or by having heard all trades.
        case settled(Candle, byVenue: Bool)
        /// Over, but known to lack trades.
        case incomplete
    }

    let symbol: Symbol
    let openTime: MarketTime
    var sum: MinuteSum?
    /// The venue's newest candle of the minute, open or closed.
    private(set) var venueCandle: Candle?
    /// True when trades of the minute may have been missed.
    var isPartial = false
    var state = State.open

    init(symbol: Symbol, openTime: MarketTime) {
        self.symbol = symbol
        self.openTime = openTime
    }

    var span: TimeSpan { TimeSpan(from: openTime, to: openTime.adding(milliseconds: 60_000)) }

    /// What the trades say; nil without trades.
    func summed(isClosed: Bool) -> Candle? {
        sum?.candle(of: symbol, openTime: openTime, isClosed: isClosed)
    }

    /// Whether the trades heard are all there were.
    var isComplete: Bool { sum.map(\.isExact) ?? false && !isPartial }

    /// The best that is known while the minute is not settled; nil without trades and without the venue's word.
    var best: Candle? {
        if isComplete { return summed(isClosed: false) }
        guard let sum = summed(isClosed: false) else { return venueCandle }
        guard let venueCandle, venueCandle.trades >= sum.trades else { return sum }
        return venueCandle
    }

    /// Keeps the venue's candle unless an older message has overtaken a newer one.
    mutating func hear(_ candle: Candle) {
        if let venueCandle, !candle.isClosed, candle.trades < venueCandle.trades { return }
        venueCandle = candle
    }
}
