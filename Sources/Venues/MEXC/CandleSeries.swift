import Markets

/// The candles of one REST answer, oldest first, each closed but perhaps the last.
struct CandleSeries {
    /// A candle is closed when a later one exists or its interval is over by more than this.
    ///
    /// Taking an open candle for closed would fix wrong figures; taking a closed one for open a moment longer costs
    /// nothing, and covers the error of our idea of the venue's clock.
    static let marginMilliseconds: Int64 = 2000

    private(set) var candles: [Candle] = []
    private let finished: MarketTime

    init(venueTime: MarketTime) { finished = venueTime.adding(milliseconds: -Self.marginMilliseconds) }

    /// Takes the next candle, after a look at what it says.
    mutating func append(_ candle: Candle) throws(FrameRefusal) {
        try candle.checkVenueValues()
        if let previous = candles.last {
            guard previous.openTime < candle.openTime else { throw FrameRefusal(.contradiction) }
            candles[candles.count - 1].isClosed = true
        }
        var candle = candle
        candle.isClosed = candle.openTime.adding(milliseconds: candle.interval.milliseconds) <= finished
        candles.append(candle)
    }
}
