import Foundation
import Logging
import MarketFeed
import Markets
import TestKit
import Testing

/// Figures, not checks: run with `TRADEPULSE_MEASURE=1` to see them.
@Suite("Measurements", .serialized, .enabled(if: ProcessInfo.processInfo.environment["TRADEPULSE_MEASURE"] != nil))
struct MeasurementTests {
    private let clock = ContinuousClock()
    private let symbols = (0..<300).map { "SYM\($0)USDT" }

    @Test("Events per second into the board and into candles")
    func ingest() throws {
        var random = SeededGenerator(seed: 31)
        let events = try (0..<300_000).map { place in
            let symbol = symbols[Int.random(in: 0..<symbols.count, using: &random)]
            let time = Samples.midnight.milliseconds + Int64(place / 10)
            let price = "\(100 + place % 20).\(place % 97)1"
            switch place % 10 {
            case 0: return try Samples.ticker(symbol, last: price, at: time)
            case 1..<6: return try Samples.quote(symbol, bid: "99.\(place % 89)", ask: "130", receivedAt: time)
            default: return try Samples.trade(symbol, id: Int64(place), price: price, quantity: "0.0123", at: time)
            }
        }
        let board = MarketBoard(now: { Samples.midnight })
        let batches = stride(from: 0, to: events.count, by: 5).map { Array(events[$0..<($0 + 5)]) }
        let boardTime = clock.measure { for batch in batches { board.ingest(batch) } }
        report("board.ingest", events.count, boardTime)
        var builder = CandleBuilder()
        var outputs = 0
        let candleTime = clock.measure { for batch in batches { outputs += builder.ingest(batch).count } }
        report("candles.ingest", events.count, candleTime)
    }

    @Test("Events per second through the whole feed, four venues, books among them")
    func wholeFeed() throws {
        var random = SeededGenerator(seed: 32)
        let feed = MarketFeed(
            store: MemoryStore().port,
            liquidationStore: MemoryLiquidations().port,
            history: nil,
            logger: Logger(label: "measure") { _ in SwiftLogNoOpLogHandler() },
            now: { Samples.midnight }
        )
        let books = BookMarket()
        let ladder = { (middle: Int, sign: Int, count: Int) in
            try (1...count).map { try BookMarket.level("\(middle + sign * $0)", "1.5") }
        }
        for symbol in symbols {
            for venue in Venue.allCases {
                var event = try books.book(.snapshot, of: symbol, on: venue, bids: [:], asks: [:])
                guard case .book(var update) = event.payload else { continue }
                update.bids = try ladder(10_000, -1, 400)
                update.asks = try ladder(10_000, 1, 400)
                event.payload = .book(update)
                feed.sink.receive([event])
            }
        }
        let batches = try (0..<60_000).map { place in
            let venue = Venue.allCases[place % 4]
            let symbol = symbols[Int.random(in: 0..<symbols.count, using: &random)]
            let time = Samples.midnight.milliseconds + Int64(place / 10)
            let step = Int.random(in: 1...20, using: &random)
            let change = try books.book(
                .changes,
                of: symbol,
                on: venue,
                bids: ["\(10_000 - step)": "\(step)", "\(9_990 - step)": "0", "\(9_980 - step)": "2"],
                asks: ["\(10_000 + step)": "\(step)", "\(10_010 + step)": "0", "\(10_020 + step)": "2"],
                at: time
            )
            let price = "\(9_990 + place % 20).\(place % 97)1"
            return [
                try Samples.trade(symbol, on: venue, id: Int64(place), price: price, quantity: "0.0123", at: time),
                try Samples.quote(symbol, on: venue, bid: "9999.\(place % 89)", ask: "10001", receivedAt: time), change,
            ]
        }
        let sink = feed.sink
        let bookTime = clock.measure { for batch in batches { feed.books.ingest(batch) } }
        report("books.ingest, a third of it changes of 6 levels", 180_000, bookTime)
        report("sink.receive", 180_000, clock.measure { for batch in batches { sink.receive(batch) } })
        report("sweep of 300 symbols on 4 venues", 100, clock.measure { for _ in 0..<100 { feed.board.sweep() } })
        let symbol = try Samples.symbol(symbols[0])
        var depth = 1
        let pages = try clock.measure {
            for _ in 0..<1_000 {
                depth = depth % 100 + 1
                _ = try feed.books.page(BookRequest(symbol: symbol, depth: depth))
            }
        }
        report("merged book pages, 100 of 1,000 built", 1_000, pages)
    }

    @Test("Lists, items and changes of 300 symbols")
    func reading() throws {
        var limits = BoardLimits()
        limits.listHoldMilliseconds = 0
        let board = MarketBoard(limits: limits, now: { Samples.midnight })
        var time = Samples.midnight.milliseconds
        func tick(_ count: Int) throws {
            for place in 0..<count {
                time += 1
                board.ingest([
                    try Samples.ticker(
                        symbols[place % symbols.count],
                        last: "6\(1_000 + time % 9_000).12",
                        open: "61837.63",
                        volume: "1234567.8912",
                        at: time
                    )
                ])
            }
        }
        try tick(300)
        report("list, everything rendered", 300, clock.measure { _ = board.tickersBody() })
        var copies: Duration = .zero
        var changed: Duration = .zero
        var frames: Duration = .zero
        let rounds = 200
        for _ in 0..<rounds {
            try tick(1)
            copies += clock.measure { _ = board.tickersBody() }
            try tick(300)
            changed += clock.measure { _ = board.tickersBody() }
            let version = board.version
            try tick(30)
            frames += clock.measure { #expect(board.changes(since: version).tickers.count == 30) }
        }
        report("list of 300, one changed", rounds, copies)
        report("list of 300, all changed", rounds, changed)
        report("changes, 30 of 300", rounds * 30, frames)
        let cached = clock.measure { for _ in 0..<100_000 { _ = board.tickersBody() } }
        report("list of 300, cached", 100_000, cached)
    }

    private func report(_ what: String, _ count: Int, _ time: Duration) {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let each = seconds / Double(count) * 1e6
        FileHandle.standardError.write(
            Data("MEASURE \(what): \(Int(Double(count) / seconds)) per second, \(each) µs each\n".utf8)
        )
    }
}
