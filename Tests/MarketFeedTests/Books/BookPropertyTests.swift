import MarketFeed
import Markets
import TestKit
import Testing

@Suite("Books over random streams")
struct BookPropertyTests {
    let clock = ManualWallClock()

    @Test("What is served is the true top of the book, or nothing while it is being built anew", arguments: 1...60)
    func trueOrNothing(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let shelf = BookShelf(board: MarketBoard(now: clock.now), now: clock.now)
        var truths = try Venue.allCases.map { try TrueBook(on: $0, &random) }
        var live = Array(repeating: false, count: truths.count)
        var hidden = 0
        for _ in 0..<400 {
            let place = Int.random(in: 0..<truths.count, using: &random)
            truths[place].change(&random)
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<3:
                shelf.ingest([try truths[place].event(.lost)])
                live[place] = false
            case 3..<6:
                shelf.ingest([try truths[place].nonsense(&random)])
                live[place] = false
            case 6..<20:
                shelf.ingest([try truths[place].event(.snapshot)])
                live[place] = true
            default:
                shelf.ingest([try truths[place].event(.changes)])
            }
            for (truth, isLive) in zip(truths, live) {
                guard let view = shelf.view(of: truth.symbol, on: truth.venue, depth: 25) else { continue }
                #expect(view.state == (isLive ? .live : .resyncing))
                #expect(view.bids == (isLive ? truth.top(25).bids : []))
                #expect(view.asks == (isLive ? truth.top(25).asks : []))
                hidden += isLive ? 0 : 1
            }
        }
        #expect(hidden > 0)
        let shown = shelf.tally(of: .binance)
        #expect(shown[.live] ?? 0 == (live[0] ? 1 : 0))
    }
}

/// One venue's book as it really is, and what it would say of it.
private struct TrueBook {
    let venue: Venue
    let symbol: Symbol
    private var bids: [Int: Int] = [:]
    private var asks: [Int: Int] = [:]
    private var changedBids: [Int: Int] = [:]
    private var changedAsks: [Int: Int] = [:]
    private var middle = 1_000
    private var sequence: Int64 = 0

    init(on venue: Venue, _ random: inout SeededGenerator) throws {
        self.venue = venue
        symbol = try Samples.symbol()
        for _ in 0..<20 { change(&random) }
    }

    /// Moves the market a little; a change that nobody was told of is told with the next ones, as venues do.
    mutating func change(_ random: inout SeededGenerator) {
        sequence += 1
        (changedBids, changedAsks) = ([:], [:])
        middle += Int.random(in: -2...2, using: &random)
        for price in bids.keys where price >= middle { set(bid: price, 0) }
        for price in asks.keys where price <= middle { set(ask: price, 0) }
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let step = Int.random(in: 1...60, using: &random)
            let quantity = Bool.random(using: &random) ? 0 : Int.random(in: 1...9, using: &random)
            if Bool.random(using: &random) {
                set(bid: middle - step, quantity)
            } else {
                set(ask: middle + step, quantity)
            }
        }
    }

    private mutating func set(bid price: Int, _ quantity: Int) {
        bids[price] = quantity == 0 ? nil : quantity
        changedBids[price] = quantity
    }

    private mutating func set(ask price: Int, _ quantity: Int) {
        asks[price] = quantity == 0 ? nil : quantity
        changedAsks[price] = quantity
    }

    func event(_ kind: BookUpdate.Kind) throws -> MarketEvent {
        let levels: ([Int: Int], [Int: Int]) =
            switch kind {
            case .lost: ([:], [:])
            case .snapshot: (bids, asks)
            case .changes: (changedBids, changedAsks)
            }
        return try event(kind, bids: levels.0, asks: levels.1)
    }

    /// Something that no true book says.
    func nonsense(_ random: inout SeededGenerator) throws -> MarketEvent {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: try event(.snapshot, bids: [middle + 1: 1], asks: [middle: 1])
        case 1: try event(.snapshot, bids: [middle: -1], asks: [:])
        default: try event(.snapshot, bids: [0: 1], asks: [:])
        }
    }

    func top(_ depth: Int) -> (bids: [BookLevel], asks: [BookLevel]) {
        let bids = bids.sorted { $0.key > $1.key }.prefix(depth)
        let asks = asks.sorted { $0.key < $1.key }.prefix(depth)
        return (bids.map(Self.level), asks.map(Self.level))
    }

    private func event(_ kind: BookUpdate.Kind, bids: [Int: Int], asks: [Int: Int]) throws -> MarketEvent {
        let update = BookUpdate(
            symbol: symbol,
            kind: kind,
            bids: bids.map(Self.level),
            asks: asks.map(Self.level),
            sequence: sequence
        )
        return Samples.event(.book(update), on: venue, at: Samples.midnight.milliseconds)
    }

    private static func level(_ price: Int, _ quantity: Int) -> BookLevel {
        BookLevel(
            price: Price(FixedPoint(units: Int128(price) * FixedPoint.one) ?? .zero),
            quantity: Quantity(FixedPoint(units: Int128(quantity) * FixedPoint.one) ?? .zero)
        )
    }
}
