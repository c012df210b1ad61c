import Foundation
import MarketFeed
import Markets
import NIOCore
import Venues

/// Works through a recorded session as the feed does, as far as is asked.
struct SessionReader {
    enum Extent: String, CaseIterable {
        /// To market events and book messages.
        case decode
        /// And the books put together, by the venue's rule.
        case books
        /// And all of it handed on: the board, the kept books, the candles.
        case everything
    }

    private let dialect: any VenueDialect
    private let session: RecordedSession
    private let extent: Extent
    private var lastTime = NIODeadline.uptimeNanoseconds(0)
    private let pictures: [String: BookFrame]
    private let sink: MarketSink?
    /// While rehearsing: every level that was told, by market.
    private var whole: [OrderBook] = []
    /// While rehearsing: what came before the first picture, and may be newer than it.
    private var early: [BookFrame] = []
    private var begun: Set<Int> = []
    private var books: [BookSync] = []
    /// By the place of the line behind which the book was asked for again: the recorder fetched one picture, and in time
    /// the market moves out of it.
    private var laterPictures: [Int: BookFrame] = [:]
    private var random = SystemRandomNumberGenerator()

    /// Everything that is not part of the work is done here: the depth snapshots are read, the parts are made.
    init(_ session: RecordedSession, _ extent: Extent, sink: MarketSink?) throws {
        self.session = session
        self.extent = extent
        self.sink = sink
        dialect = session.dialect()
        var pictures: [String: BookFrame] = [:]
        let rule: BookRule = session.family == .spot ? .binanceSpot : .binanceUSDM
        for instrument in session.instruments {
            guard let market = dialect.market(of: instrument) else { throw BenchError.wrongCount("markets") }
            precondition(market.index == books.count, "a dialect counts the markets it learns from 0")
            books.append(BookSync(market.symbol, rule: rule))
            for case .picture(let name, let json) in session.lines where name == instrument.venueSymbol || name == "" {
                pictures[instrument.venueSymbol] = try Picture(json: json).frame(of: market)
            }
        }
        self.pictures = pictures
        if extent != .decode { laterPictures = try rehearse() }
    }

    /// Goes through the session once, and answers each request for a picture with all that was told of the book so far.
    private func rehearse() throws -> [Int: BookFrame] {
        var rehearsal = self
        rehearsal.whole = books.map { _ in OrderBook(depth: 100_000) }
        _ = try rehearsal.run()
        return rehearsal.laterPictures
    }

    /// Returns the number of frames that the dialect did not refuse.
    mutating func run() throws -> Int {
        var taken = 0
        var events: [MarketEvent] = []
        let received = MarketTime.wallClock()
        for (place, line) in session.lines.enumerated() {
            switch line {
            case .frame(_, let bytes, let time):
                events.removeAll(keepingCapacity: true)
                let message = try bytes.withUnsafeBytes {
                    try dialect.decode($0, receivedTime: received, into: &events)
                }
                taken += 1
                if extent != .decode, case .book(let frame) = message {
                    let step = books[frame.market].receive(frame, at: time, using: &random)
                    add(step, at: frame.exchangeTime, received, to: &events)
                    follow(frame, step, at: time, place, received, to: &events)
                }
            case .picture(let name, _):
                guard extent != .decode, let picture = pictures[name.isEmpty ? session.markets[0] : name] else {
                    continue
                }
                if !whole.isEmpty { begin(with: picture) }
                let step = books[picture.market].receive(picture: picture, at: lastTime, using: &random)
                add(step, at: nil, received, to: &events)
            }
            if !events.isEmpty { sink?.receive(events) }
        }
        if extent != .decode {
            guard books.allSatisfy({ $0.state == .live }) else { throw BenchError.wrongCount("live books") }
        }
        return taken
    }

    /// Brings the book the picture that it asked for behind this line; while rehearsing, makes that.
    private mutating func follow(
        _ frame: BookFrame,
        _ step: BookSync.Step,
        at time: NIODeadline,
        _ place: Int,
        _ received: MarketTime,
        to events: inout [MarketEvent]
    ) {
        lastTime = time
        var asked = step.request == .picture
        if books[frame.market].state == .resyncing {
            asked = books[frame.market].tick(at: time, using: &random).request == .picture || asked
        }
        if !whole.isEmpty {
            if !begun.contains(frame.market) { early.append(frame) }
            whole[frame.market].apply(bids: frame.bids, asks: frame.asks)
            if asked, begun.contains(frame.market) {
                laterPictures[place] = picture(of: whole[frame.market], after: frame)
            }
        }
        guard let picture = laterPictures[place] else { return }
        add(books[frame.market].receive(picture: picture, at: time, using: &random), at: nil, received, to: &events)
    }

    private mutating func begin(with picture: BookFrame) {
        begun.insert(picture.market)
        whole[picture.market].replace(bids: picture.bids, asks: picture.asks)
        for frame in early where frame.market == picture.market && frame.last > picture.last {
            whole[picture.market].apply(bids: frame.bids, asks: frame.asks)
        }
    }

    private func picture(of book: OrderBook, after frame: BookFrame) -> BookFrame {
        var picture = frame
        let (bids, asks) = book.top(OrderBook.standardDepth)
        (picture.kind, picture.first, picture.previous) = (.snapshot, frame.last, nil)
        (picture.bids, picture.asks) = (bids, asks)
        return picture
    }

    private func add(
        _ step: BookSync.Step,
        at time: MarketTime?,
        _ received: MarketTime,
        to events: inout [MarketEvent]
    ) {
        guard let update = step.update else { return }
        events.append(
            MarketEvent(venue: .binance, exchangeTime: time, receivedTime: received, payload: .book(update))
        )
    }
}

/// Binance's depth snapshot, by Foundation: it is no part of what is measured.
private struct Picture: Decodable {
    var lastUpdateId: Int64
    var bids: [[String]]
    var asks: [[String]]

    init(json: Data) throws { self = try JSONDecoder().decode(Picture.self, from: json) }

    func frame(of market: Market) throws -> BookFrame {
        BookFrame(
            market: market.index,
            symbol: market.symbol,
            kind: .snapshot,
            first: lastUpdateId,
            last: lastUpdateId,
            bids: bids.compactMap(Self.level),
            asks: asks.compactMap(Self.level)
        )
    }

    private static func level(_ texts: [String]) -> BookLevel? {
        guard let price = Price(texts[0]), let quantity = Quantity(texts[1]) else { return nil }
        return BookLevel(price: price, quantity: quantity)
    }
}
