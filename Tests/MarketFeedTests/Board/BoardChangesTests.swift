import Foundation
import MarketFeed
import Markets
import TestKit
import Testing

@Suite("Changes for conflated readers")
struct BoardChangesTests {
    let clock = ManualWallClock()
    let board: MarketBoard

    init() {
        board = MarketBoard(now: clock.now)
    }

    private var start: Int64 { Samples.midnight.milliseconds }

    @Test("A new reader gets every symbol once, the next time only what has changed, newest last")
    func conflated() throws {
        for symbol in ["AUSDT", "BUSDT", "CUSDT"] {
            board.ingest([try Samples.ticker(symbol, last: "1", at: start)])
        }
        let all = board.changes(since: 0)
        #expect(all.tickers.map(\.symbol.text) == ["AUSDT", "BUSDT", "CUSDT"])
        #expect(board.changes(since: all.version).tickers.isEmpty)
        board.ingest([try Samples.ticker("BUSDT", last: "1.1", at: start + 1)])
        board.ingest([try Samples.ticker("AUSDT", last: "1.2", at: start + 2)])
        board.ingest([try Samples.ticker("BUSDT", last: "1.3", at: start + 3)])
        let some = board.changes(since: all.version)
        #expect(some.tickers.map(\.symbol.text) == ["AUSDT", "BUSDT"])
        #expect(String(decoding: try #require(some.tickers.last).payload, as: UTF8.self).contains(#""price":"1.3""#))
    }

    @Test("A change of the best bid alone is none for those who are not shown it")
    func quotesAreNoFrames() throws {
        board.ingest([try Samples.ticker(last: "1", at: start)])
        let seen = board.changes(since: 0).version
        board.ingest([try Samples.quote(bid: "0.9", ask: "1.1", receivedAt: start + 1)])
        #expect(board.changes(since: seen).tickers.isEmpty)
        #expect(board.version > seen)
    }

    @Test("A symbol without a price is not announced")
    func priceless() throws {
        board.ingest([try Samples.quote(bid: "0.9", ask: "1.1", receivedAt: start)])
        #expect(board.changes(since: 0).tickers.isEmpty)
    }

    @Test("Random writes: each reader ends with the newest payload of every symbol and never reads one twice")
    func property() throws {
        var random = SeededGenerator(seed: 21)
        let symbols = (0..<40).map { "S\($0)USDT" }
        var readers = (0..<4).map { _ in Reader() }
        for step in 0..<3_000 {
            let symbol = symbols[Int.random(in: 0..<symbols.count, using: &random)]
            board.ingest([try Samples.ticker(symbol, last: "\(100 + step % 50)", at: start + Int64(step))])
            let place = Int.random(in: 0..<(readers.count * 3), using: &random)
            if readers.indices.contains(place) { try readers[place].read(board) }
        }
        for place in readers.indices {
            try readers[place].read(board)
            #expect(readers[place].newest == readers[0].newest)
            #expect(readers[place].newest.count == symbols.count)
        }
    }

    @Test("Concurrent writers and readers: no change is lost and time never runs back for a reader")
    func concurrent() async throws {
        let writers = 4
        let updates = 2_000
        let board = board
        let start = start
        let readers = try await withThrowingTaskGroup(of: Reader?.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for update in 0..<updates {
                        let symbol = "W\(writer)N\(update % 10)USDT"
                        let time = start + Int64(update)
                        board.ingest([try Samples.ticker(symbol, last: "\(100 + update % 90)", at: time)])
                    }
                    return nil
                }
            }
            for _ in 0..<3 {
                group.addTask {
                    var reader = Reader()
                    while reader.newest.count < writers * 10 || !reader.hasEnd(of: start + Int64(updates)) {
                        try reader.read(board)
                        await Task.yield()
                    }
                    return reader
                }
            }
            return try await group.reduce(into: [Reader]()) { readers, reader in
                if let reader { readers.append(reader) }
            }
        }
        let all = board.changes(since: 0).tickers.map(\.payload)
        #expect(all.count == writers * 10)
        for reader in readers { #expect(Set(reader.newest.values) == Set(all)) }
    }

    /// A reader that keeps the newest payload of each symbol and checks what it is given.
    struct Reader: Sendable {
        private(set) var newest: [Symbol: [UInt8]] = [:]
        private var version: UInt64 = 0
        private var times: [Symbol: Int64] = [:]

        mutating func read(_ board: MarketBoard) throws {
            let changes = board.changes(since: version)
            #expect(changes.version >= version)
            #expect(Set(changes.tickers.map(\.symbol)).count == changes.tickers.count)
            version = changes.version
            for ticker in changes.tickers {
                let object = try JSONSerialization.jsonObject(with: Data(ticker.payload)) as? [String: Any]
                let time = try #require(object?["ts"] as? Int64)
                #expect(time > times[ticker.symbol] ?? 0, "\(ticker.symbol) was given again")
                times[ticker.symbol] = time
                newest[ticker.symbol] = ticker.payload
            }
        }

        /// Whether the last ten updates of every writer have been seen.
        func hasEnd(of time: Int64) -> Bool { times.values.allSatisfy { $0 >= time - 10 } }
    }
}
