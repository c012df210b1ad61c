import Foundation
import MarketFeed
import Markets
import TestKit
import Testing

@Suite("Ticker lists")
struct TickerListTests {
    let clock = ManualWallClock()
    let board: MarketBoard

    init() throws {
        board = MarketBoard(now: clock.now)
        board.ingest([
            try Samples.ticker("BTCUSDT", last: "110", volume: "9000", at: Samples.midnight.milliseconds),
            try Samples.ticker("ETHUSDT", last: "95.5", volume: "8000.5", at: Samples.midnight.milliseconds),
            try Samples.ticker("ETHBTC", last: "130", volume: "3", at: Samples.midnight.milliseconds),
            try Samples.ticker("NEWUSDT", last: "1", open: "0", volume: "3", at: Samples.midnight.milliseconds),
            try Samples.ticker("ETHUSDT", on: .okx, last: "96", volume: "10000", at: Samples.midnight.milliseconds),
        ])
    }

    @Test(
        "Sorted as asked, filtered as asked",
        arguments: [
            (TickerFilter(sort: .volume), ["ETHUSDT", "BTCUSDT", "ETHBTC", "NEWUSDT"]),
            (TickerFilter(sort: .change), ["ETHBTC", "BTCUSDT", "ETHUSDT", "NEWUSDT"]),
            (TickerFilter(sort: .symbol), ["BTCUSDT", "ETHBTC", "ETHUSDT", "NEWUSDT"]),
            (TickerFilter(quote: "BTC"), ["ETHBTC"]),
            (TickerFilter(quote: "USDT", sort: .symbol), ["BTCUSDT", "ETHUSDT", "NEWUSDT"]),
            (TickerFilter(quote: "NOTHING"), []),
            (TickerFilter(exchange: .okx), ["ETHUSDT"]),
            (TickerFilter(exchange: .mexc), []),
            (TickerFilter(exchange: .binance, quote: "USDT"), ["BTCUSDT", "ETHUSDT", "NEWUSDT"]),
        ]
    )
    func filtered(filter: TickerFilter, expected: [String]) throws {
        let body = board.tickersBody(filter)
        #expect(try symbols(body) == expected)
        #expect(body.count == expected.count)
    }

    @Test("Of one venue the list shows that venue's own figures")
    func oneVenue() throws {
        let item = try #require(try items(board.tickersBody(TickerFilter(exchange: .okx))).first)
        #expect(item["price"] as? String == "96")
        #expect((item["exchanges"] as? [[String: Any]])?.count == 1)
    }

    @Test("An empty board is an empty list")
    func empty() throws {
        let body = MarketBoard(now: clock.now).tickersBody()
        #expect(String(decoding: body.bytes, as: UTF8.self) == #"{"items":[],"asOf":"2024-08-09T00:00:00.000Z"}"#)
    }

    @Test("The same list is served until a price moves, and a moved price is in it after a tenth of a second")
    func held() throws {
        let first = board.tickersBody()
        clock.advance(milliseconds: 60_000)
        #expect(board.tickersBody().bytes == first.bytes)
        board.ingest([try Samples.ticker("BTCUSDT", last: "111", at: Samples.midnight.milliseconds + 1)])
        let second = board.tickersBody()
        #expect(second.version > first.version)
        #expect(try price("BTCUSDT", second) == "111")
        board.ingest([try Samples.ticker("BTCUSDT", last: "112", at: Samples.midnight.milliseconds + 2)])
        clock.advance(milliseconds: 99)
        #expect(board.tickersBody().bytes == second.bytes)
        clock.advance(milliseconds: 1)
        #expect(try price("BTCUSDT", board.tickersBody()) == "112")
    }

    @Test("A clock that jumps back does not keep an old list alive")
    func clockJump() throws {
        _ = board.tickersBody()
        board.ingest([try Samples.ticker("BTCUSDT", last: "111", at: Samples.midnight.milliseconds + 1)])
        clock.advance(milliseconds: -3_600_000)
        #expect(try price("BTCUSDT", board.tickersBody()) == "111")
    }

    @Test("A ticker's version changes with its own figures only")
    func itemVersion() throws {
        let symbol = try Samples.symbol("BTCUSDT")
        let before = try #require(board.ticker(symbol)).version
        board.ingest([try Samples.ticker("ETHBTC", last: "131", at: Samples.midnight.milliseconds + 1)])
        #expect(board.ticker(symbol)?.version == before)
        board.ingest([try Samples.quote("BTCUSDT", bid: "1", ask: "200", receivedAt: Samples.midnight.milliseconds)])
        #expect(try #require(board.ticker(symbol)).version > before)
    }

    @Test("Versions go on rising over a restart")
    func restart() {
        clock.advance(milliseconds: 1)
        #expect(MarketBoard(now: clock.now).version > board.version)
    }

    @Test("Instants are written as Foundation writes them, since the Gregorian calendar to year 9999")
    func instants() throws {
        var random = SeededGenerator(seed: 11)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var instants = (0..<2_000).map { _ in
            Int64.random(in: -12_200_000_000_000...253_402_300_799_999, using: &random)
        }
        instants += [0, -1, 951_782_400_000, 1_709_164_800_000, 4_107_542_399_999, 253_402_300_799_999]
        let empty = MarketBoard(now: clock.now)
        for instant in instants {
            clock.set(MarketTime(milliseconds: instant))
            let answer = try json(empty.tickersBody(TickerFilter(quote: "\(instant)")))
            // Half a millisecond is added because Foundation cuts the fraction of a binary number of seconds.
            let date = Date(timeIntervalSince1970: (Double(instant) + 0.5) / 1_000)
            #expect(answer["asOf"] as? String == style.format(date))
        }
    }

    @Test(
        "Percentages have at most four decimals and no exponent",
        arguments: [
            ("100", "98.75", "-1.25"), ("100", "100", "0"), ("3", "4", "33.3333"), ("3", "2", "-33.3333"),
            ("100", "100.00005", "0.0001"), ("100", "100.000049", "0"), ("100", "99.99995", "-0.0001"),
            ("0.000000000001", "0.000000000003", "200"), ("100", "200.1", "100.1"), ("7", "8", "14.2857"),
            ("0.000000000000000001", "90000000000000000000", "null"),
        ]
    )
    func percentages(open: String, last: String, expected: String) throws {
        let board = MarketBoard(now: clock.now)
        board.ingest([try Samples.ticker(last: last, open: open, at: Samples.midnight.milliseconds)])
        let text = String(decoding: try #require(board.ticker(try Samples.symbol())).bytes, as: UTF8.self)
        let change = try #require(text.firstMatch(of: /"change24h":([^,]+),/))
        #expect(String(change.1) == expected)
    }

    @Test("A percentage equals the exact quotient rounded, over random prices")
    func percentageProperty() throws {
        var random = SeededGenerator(seed: 12)
        for _ in 0..<2_000 {
            let open = Int64.random(in: 1...10_000_000_000, using: &random)
            let last = Int64.random(in: 1...10_000_000_000, using: &random)
            let change = try #require(
                PercentChange(from: try Samples.price("\(open)"), to: try Samples.price("\(last)"))
            )
            var exact = (Decimal(last) - Decimal(open)) * 100 / Decimal(open)
            var rounded = Decimal()
            NSDecimalRound(&rounded, &exact, 4, .plain)
            #expect(Decimal(change.tenThousandths) / 10_000 == rounded, "\(open) → \(last)")
        }
    }

    private func json(_ body: TickersBody) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body.bytes)) as? [String: Any])
    }

    private func items(_ body: TickersBody) throws -> [[String: Any]] {
        try #require(try json(body)["items"] as? [[String: Any]])
    }

    private func symbols(_ body: TickersBody) throws -> [String] {
        try items(body).compactMap { $0["symbol"] as? String }
    }

    private func price(_ symbol: String, _ body: TickersBody) throws -> String? {
        try items(body).first { $0["symbol"] as? String == symbol }?["price"] as? String
    }
}
