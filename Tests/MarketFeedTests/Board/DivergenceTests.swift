import Foundation
import MarketFeed
import Markets
import Testing

@Suite("Two coins with one ticker")
struct DivergenceTests {
    let clock = ManualWallClock()
    let board: MarketBoard

    init() {
        board = MarketBoard(now: clock.now)
    }

    @Test("A venue that means another coin by the ticker is shown apart, whatever its price")
    func curated() throws {
        try tick([.binance: "0.2", .mexc: "0.21"], symbol: "GMTUSDT", volume: [.binance: "10", .mexc: "999999"])
        let ticker = try ticker("GMTUSDT")
        #expect(ticker["price"] as? String == "0.2")
        #expect(ticker["volume"] as? String == "10")
        #expect(ticker["asset"] as? String == "GMT")
        let lines = try #require(ticker["exchanges"] as? [[String: Any]])
        #expect(lines.map { $0["asset"] as? String } == ["GMT", "GMTTOKEN"])
        #expect(lines.map { $0["setApart"] as? String } == [nil, "other_asset"])
        #expect(board.venuesApart(of: try Samples.symbol("GMTUSDT")) == [.mexc])
        #expect(board.venues(of: try Samples.symbol("GMTUSDT")) == [.binance, .mexc])
    }

    @Test("A coin that only such a venue has is that coin, and nobody's double")
    func alone() throws {
        try tick([.mexc: "0.21"], symbol: "GMTUSDT")
        let ticker = try ticker("GMTUSDT")
        #expect(ticker["price"] as? String == "0.21")
        #expect(ticker["asset"] as? String == "GMTTOKEN")
        #expect(try apart("GMTUSDT") == [])
    }

    @Test(
        "The median of the venues by volume says who strays",
        arguments: [
            ([Venue.binance: "100", .bybit: "101", .okx: "99", .mexc: "50"], [Venue.mexc]),
            ([.binance: "100", .bybit: "2", .okx: "2.01", .mexc: "1.99"], [.bybit, .okx, .mexc]),
            ([.binance: "100", .bybit: "125"], []),
            ([.binance: "100", .bybit: "126"], [.bybit]),
            ([.binance: "100", .bybit: "74"], [.bybit]),
            ([.bybit: "10", .okx: "20", .mexc: "20"], [.bybit]),
        ]
    )
    func strays(prices: [Venue: String], expected: [Venue]) throws {
        try tick(prices, volume: [.binance: "1000", .bybit: "300", .okx: "200", .mexc: "200"])
        #expect(try apart() == expected)
        // Flagged, and not part of anything: the volume is that of the others.
        let counted = prices.keys.filter { !expected.contains($0) }
        let volumes: [Venue: Int] = [.binance: 1_000, .bybit: 300, .okx: 200, .mexc: 200]
        #expect(try ticker()["volume"] as? String == "\(counted.reduce(0) { $0 + (volumes[$1] ?? 0) })")
    }

    @Test("A short stray counts again as soon as it is back")
    func shortStray() throws {
        try run(seconds: 5, [.binance: "100", .bybit: "100"])
        try run(seconds: 20, [.binance: "100", .bybit: "140"])
        #expect(try apart() == [.bybit])
        try run(seconds: 1, [.binance: "100", .bybit: "101"])
        #expect(try apart() == [])
    }

    @Test("A stray of more than half a minute is set apart, and comes back after ten minutes of agreement")
    func longStray() throws {
        try run(seconds: 5, [.binance: "100", .bybit: "100"])
        try run(seconds: 33, [.binance: "100", .bybit: "50"])
        try run(seconds: 590, [.binance: "100", .bybit: "100"])
        #expect(try apart() == [.bybit])
        try run(seconds: 2, [.binance: "100", .bybit: "60"])
        try run(seconds: 590, [.binance: "100", .bybit: "100"])
        #expect(try apart() == [.bybit])
        try run(seconds: 15, [.binance: "100", .bybit: "100"])
        #expect(try apart() == [])
    }

    @Test("When the coin itself falls silent, the double does not take its place")
    func silentFirst() throws {
        try run(seconds: 40, [.binance: "100", .bybit: "2"], volume: [.binance: "10", .bybit: "3"])
        try run(seconds: 60, [.bybit: "2"], volume: [.bybit: "3"])
        let ticker = try ticker()
        #expect(ticker["price"] as? String == "100")
        #expect(ticker["stale"] as? Bool == true)
    }

    private func run(seconds: Int, _ prices: [Venue: String], volume: [Venue: String] = [:]) throws {
        for _ in 0..<(seconds * 2) {
            clock.advance(milliseconds: 500)
            try tick(prices, volume: volume)
            board.sweep()
        }
    }

    private func tick(
        _ prices: [Venue: String],
        symbol: String = "BTCUSDT",
        volume: [Venue: String] = [:]
    ) throws {
        let time = clock.now().milliseconds
        board.ingest(
            try prices.flatMap { venue, price in
                // Said twice, because a price far from the last needs a witness.
                try [0, 1].map { later in
                    try Samples.ticker(
                        symbol,
                        on: venue,
                        last: price,
                        volume: volume[venue] ?? (venue == .binance ? "1000" : "300"),
                        at: time + Int64(later),
                        receivedAt: time
                    )
                }
            }
        )
    }

    private func apart(_ symbol: String = "BTCUSDT") throws -> [Venue] {
        let lines = try #require(try ticker(symbol)["exchanges"] as? [[String: Any]])
        let flagged = lines.filter { $0["setApart"] is String }
        #expect(
            board.venuesApart(of: try Samples.symbol(symbol)).map(\.rawValue)
                == flagged.map { $0["exchange"] as? String }
        )
        return flagged.compactMap { ($0["exchange"] as? String).flatMap(Venue.init) }
    }

    private func ticker(_ symbol: String = "BTCUSDT") throws -> [String: Any] {
        let body = try #require(board.ticker(try Samples.symbol(symbol)))
        return try #require(try JSONSerialization.jsonObject(with: Data(body.bytes)) as? [String: Any])
    }
}
