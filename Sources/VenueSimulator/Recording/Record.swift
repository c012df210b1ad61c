import Markets

/// One line of a recording, understood.
struct Record: Sendable {
    enum Payload: Sendable {
        /// A stream's frame, and what it says where the market has to know it.
        case frame(RecordedFrame, News?)
        /// A book snapshot that the recorder fetched at this moment.
        case snapshot(DepthSnapshot)
        case candle(CandleInterval, Bar)
        /// A trade without an id.
        case trade(price: Price, quantity: Quantity, takerSide: Side)
    }

    /// What a recorded frame tells about its market.
    enum News: Sendable {
        case trades([Print])
        case quote(TopOfBook)
        case depth(DepthChange)
        /// A book that the stream itself began with.
        case book(DepthSnapshot)
        /// The next change of a stream whose frames carry no numbers.
        case nextDepth(bids: [Level], asks: [Level])
    }

    /// When it becomes known: the recorder's clock, a trade's time, a candle's end.
    var time: MarketTime
    var symbol: Symbol
    /// The venue's spelling, where it is not the symbol's.
    var venueSymbol: String?
    var payload: Payload
}
