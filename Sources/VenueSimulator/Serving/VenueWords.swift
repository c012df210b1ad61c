import Markets

/// What is told of a market's last 24 hours.
struct MarketRow: Hashable, Sendable {
    let listing: Listing
    var day: DayStatistics
    var quote: TopOfBook?
    var figures: PerpetualFigures?
}

/// One thing to be put into a venue's words.
enum News {
    /// Trades of one market, oldest first; more than one only where ``Rhythm/gathersTrades``.
    case trades([Print])
    case quote(TopOfBook)
    /// A change of the book; nothing changed for a minute where both sides are empty.
    case book(DepthChange)
    /// The book as it stands: at a subscription, or the whole of its best levels each time.
    case bookSnapshot(DepthSnapshot)
    /// `previous` is what was told last, nil when the whole is to be told.
    case ticker(MarketRow, previous: MarketRow?)
    case candle(Bar, CandleInterval, isClosed: Bool)
    case liquidation(ForcedClose)
    case figures(PerpetualFigures)
}

/// How often a venue tells what changes all the time, in milliseconds.
struct Rhythm: Sendable {
    var ticker: Int64 = 1000
    /// Tickers of all markets in one frame.
    var allTickers: Int64 = 1000
    var candle: Int64 = 2000
    /// Mark prices, funding and the like.
    var figures: Int64 = 1000
    /// Trades of one step come in one frame.
    var gathersTrades = false
    /// An unchanged book is confirmed once a minute.
    var confirmsQuietBooks = false
    /// Each change of a book has the number after the last one's, however many states it covers.
    var numbersBookChanges = false
}

/// One family of a venue's streams, spot or perpetual, in the venue's own words.
protocol VenueWords: Sendable {
    var rhythm: Rhythm { get }
    /// Whether frames are binary messages.
    var isBinary: Bool { get }

    /// The frame's bytes; nil where the venue has nothing to say.
    func frame(_ news: News, _ topic: Topic, _ listing: Listing, now: MarketTime) -> [UInt8]?

    /// One frame for all markets that have news; `isFirst` when somebody has just subscribed.
    func frame(rows: [MarketRow], _ topic: Topic, now: MarketTime) -> [UInt8]?

    /// Whether a new subscriber is told at once how things stand.
    func greets(_ channel: StreamKind) -> Bool
}

extension VenueWords {
    var isBinary: Bool { false }
    func frame(rows: [MarketRow], _ topic: Topic, now: MarketTime) -> [UInt8]? { nil }
    func greets(_ channel: StreamKind) -> Bool { false }
}
