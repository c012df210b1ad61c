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
    private let pictures: [String: BookFrame]
    private let sink: MarketSink?
    private var books: [BookSync] = []
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
    }

    /// Returns the number of frames that the dialect did not refuse.
    mutating func run() throws -> Int {
        var taken = 0
        var events: [MarketEvent] = []
        let received = MarketTime.wallClock()
        for line in session.lines {
            switch line {
            case .frame(_, let bytes):
                events.removeAll(keepingCapacity: true)
                let message = try bytes.withUnsafeBytes {
                    try dialect.decode($0, receivedTime: received, into: &events)
                }
                taken += 1
                if extent != .decode, case .book(let frame) = message {
                    let step = books[frame.market].receive(frame, at: .now(), using: &random)
                    add(step, at: frame.exchangeTime, received, to: &events)
                }
            case .picture(let name, _):
                guard extent != .decode, let picture = pictures[name.isEmpty ? session.markets[0] : name] else {
                    continue
                }
                let step = books[picture.market].receive(picture: picture, at: .now(), using: &random)
                add(step, at: nil, received, to: &events)
            }
            if !events.isEmpty { sink?.receive(events) }
        }
        if extent != .decode {
            guard books.allSatisfy({ $0.state == .live }) else { throw BenchError.wrongCount("live books") }
        }
        return taken
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
