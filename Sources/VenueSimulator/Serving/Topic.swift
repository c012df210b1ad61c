import Markets

/// What can be listened to on a socket, whatever a venue calls it.
enum StreamKind: Hashable, Sendable {
    case trade
    case aggregateTrade
    /// Best bid and ask, at every change.
    case quote
    /// Changes of the best `levels` levels, of all of them where nil, every 100 ms or every second.
    case book(levels: Int?, isSlow: Bool = false)
    /// The best `levels` levels as a whole, every 100 ms while they change.
    case topOfBook(levels: Int)
    case ticker
    /// A ticker without quote and counts.
    case miniTicker
    case candle(CandleInterval)
    case liquidation
    case markPrice
    case indexPrice
    case funding
    case openInterest

    /// Told at fixed times, whether anything happened or not.
    var isFigure: Bool {
        switch self {
        case .markPrice, .indexPrice, .funding, .openInterest: true
        default: false
        }
    }
}

/// One stream of a venue's sockets.
struct Topic: Hashable, Sendable {
    /// In the venue's words: `btcusdt@trade`, `tickers.BTCUSDT`.
    let name: String
    let isPerpetual: Bool
    /// Position in the listings; nil for all markets of the kind.
    let listing: Int?
    /// Nil for a stream that is accepted and never heard of, such as one of an unknown market.
    let channel: StreamKind?
    /// Tells apart the streams that two of the venue's sockets have under one name.
    let key: String

    init(_ name: String, isPerpetual: Bool, listing: Int?, channel: StreamKind?) {
        self.name = name
        self.isPerpetual = isPerpetual
        self.listing = listing
        self.channel = channel
        key = isPerpetual ? "perpetual " + name : name
    }

    /// A stream that the recording brings and that is nothing to us but its name.
    init(recorded name: String, isPerpetual: Bool) {
        self.init(name, isPerpetual: isPerpetual, listing: nil, channel: nil)
    }
}
