import Foundation
import MarketFeed
import Markets
import TestKit
import Testing

@Suite("Freshness and several venues")
struct FreshnessTests {
    let clock = ManualWallClock()
    let board: MarketBoard

    init() {
        board = MarketBoard(now: clock.now)
    }

    private var start: Int64 { Samples.midnight.milliseconds }

    @Test("Price and change are weighted by volume, volumes are summed, the extremes are those of all")
    func weighted() throws {
        board.ingest([
            try Samples.ticker(
                on: .binance,
                last: "100.00",
                open: "80",
                high: "120",
                low: "70",
                volume: "3000",
                at: start
            ),
            try Samples.ticker(
                on: .okx,
                last: "104.001",
                open: "104.001",
                high: "110",
                low: "60",
                volume: "1000",
                at: start + 5
            ),
            try Samples.quote(on: .binance, bid: "99", ask: "100.5", receivedAt: start),
            try Samples.quote(on: .okx, bid: "100", ask: "104", receivedAt: start),
        ])
        let ticker = try ticker()
        // (100 × 3000 + 104.001 × 1000) ÷ 4000 = 101.00025, rounded half up to the finer venue's three places
        #expect(ticker["price"] as? String == "101")
        #expect(ticker["change24h"] as? Double == 18.75)  // (25 % × 3 + 0 % × 1) ÷ 4
        #expect(ticker["volume"] as? String == "4000")
        #expect(ticker["high24h"] as? String == "120")
        #expect(ticker["low24h"] as? String == "60")
        #expect(ticker["bid"] as? String == "100")
        #expect(ticker["ask"] as? String == "100.5")
        #expect(ticker["ts"] as? Int64 == start + 5)
        let lines = try #require(ticker["exchanges"] as? [[String: Any]])
        #expect(lines.compactMap { $0["exchange"] as? String } == ["binance", "okx"])
        #expect(lines.compactMap { $0["price"] as? String } == ["100", "104.001"])
    }

    @Test("The weighted price equals one computed with decimals, over random venues")
    func weightedProperty() throws {
        for round in 0..<200 {
            let board = MarketBoard(now: clock.now)
            var events: [MarketEvent] = []
            var sum = Decimal.zero
            var volumes = Decimal.zero
            for (place, venue) in Venue.allCases.enumerated() {
                let price = 1_000_00 + (round * 37 + place * 971) % 15_000
                let volume = 1 + (round * 7_919 + place * 104_729) % 1_000_003
                let last = "\(price / 100).\(price % 100 < 10 ? "0" : "")\(price % 100)"
                events.append(try Samples.ticker(on: venue, last: last, volume: "\(volume)", at: start))
                sum += Decimal(price) / 100 * Decimal(volume)
                volumes += Decimal(volume)
            }
            board.ingest(events)
            var exact = sum / volumes
            var rounded = Decimal()
            NSDecimalRound(&rounded, &exact, 2, .plain)
            #expect(try ticker(of: board)["price"] as? String == "\(rounded)")
        }
    }

    @Test("A venue with another coin under the same ticker is shown and not counted")
    func divergent() throws {
        board.ingest([
            try Samples.ticker(on: .binance, last: "100", volume: "3000", at: start),
            try Samples.ticker(on: .mexc, last: "2.5", volume: "1000", at: start),
        ])
        let ticker = try ticker()
        #expect(ticker["price"] as? String == "100")
        #expect(ticker["volume"] as? String == "3000")
        #expect((ticker["exchanges"] as? [[String: Any]])?.count == 2)
    }

    @Test("A crossed pair of best prices is replaced by that of the most traded venue")
    func crossed() throws {
        board.ingest([
            try Samples.ticker(on: .binance, last: "100", volume: "3000", at: start),
            try Samples.ticker(on: .okx, last: "102", volume: "1000", at: start),
            try Samples.quote(on: .binance, bid: "99", ask: "100", receivedAt: start),
            try Samples.quote(on: .okx, bid: "101", ask: "102", receivedAt: start),
        ])
        #expect(try ticker()["bid"] as? String == "99")
        #expect(try ticker()["ask"] as? String == "100")
    }

    @Test("A venue that falls silent for two seconds leaves the aggregate, flagged, and comes back when it speaks")
    func silence() throws {
        board.ingest([
            try Samples.ticker(on: .binance, last: "100", volume: "1000", at: start),
            try Samples.ticker(on: .okx, last: "110", volume: "1000", at: start),
        ])
        #expect(try ticker()["price"] as? String == "105")
        clock.advance(milliseconds: 1_500)
        board.ingest([try Samples.ticker(on: .okx, last: "110", volume: "1000", at: start + 1_500)])
        board.sweep()
        #expect(try ticker()["price"] as? String == "105")
        clock.advance(milliseconds: 501)
        let seen = board.changes(since: 0).version
        board.sweep()
        #expect(try ticker()["price"] as? String == "110")
        #expect(try ticker()["stale"] as? Bool == false)
        #expect(try lines().map { $0["stale"] as? Bool } == [true, false])
        #expect(board.changes(since: seen).tickers.count == 1)

        board.ingest([
            try Samples.ticker(on: .binance, last: "104", volume: "1000", at: start + 2_100, receivedAt: start + 2_100)
        ])
        #expect(try ticker()["price"] as? String == "107")
        #expect(try lines().map { $0["stale"] as? Bool } == [false, false])
    }

    @Test("When every venue is silent the last value stands, marked stale")
    func allSilent() throws {
        board.ingest([
            try Samples.ticker(on: .binance, last: "100", volume: "1000", at: start),
            try Samples.ticker(on: .okx, last: "110", volume: "1000", at: start + 60_000),
        ])
        clock.advance(milliseconds: 60_000)
        board.sweep()
        #expect(try ticker()["price"] as? String == "110")
        clock.advance(milliseconds: 5_000)
        board.sweep()
        #expect(try ticker()["price"] as? String == "110")
        #expect(try ticker()["stale"] as? Bool == true)
    }

    @Test("After an outage a market is fresh when it is heard itself, not when its neighbour is")
    func eachItself() throws {
        board.ingest([
            try Samples.ticker("BTCUSDT", last: "100", at: start), try Samples.ticker("ETHUSDT", last: "5", at: start),
        ])
        clock.advance(milliseconds: 3_000)
        board.sweep()
        board.ingest([try Samples.ticker("BTCUSDT", last: "101", at: start + 3_000)])
        #expect(try ticker("BTCUSDT")["stale"] as? Bool == false)
        #expect(try ticker("ETHUSDT")["stale"] as? Bool == true)
        board.ingest([try Samples.quote("ETHUSDT", bid: "4", ask: "6", receivedAt: start + 3_010)])
        #expect(try ticker("ETHUSDT")["stale"] as? Bool == false)
    }

    @Test("A market that was silent for ten minutes is stale although its venue talks")
    func quietMarket() throws {
        board.ingest([
            try Samples.ticker("BTCUSDT", last: "100", at: start), try Samples.ticker("ETHUSDT", last: "5", at: start),
        ])
        clock.advance(milliseconds: 600_001)
        for time in [300_000, 600_001] as [Int64] {
            board.ingest([try Samples.ticker("BTCUSDT", last: "101", at: start + time)])
        }
        board.sweep()
        #expect(try ticker("BTCUSDT")["stale"] as? Bool == false)
        #expect(try ticker("ETHUSDT")["stale"] as? Bool == true)
    }

    @Test("A venue's state is what its adapter says, unless it has fallen silent")
    func reports() throws {
        #expect(board.exchanges().isEmpty)
        let lag = VenueStatus.Lag(p50: 12, p99: 80)
        board.report(VenueStatus(state: .live, lag: lag, reconnects: 2), on: .binance)
        board.report(VenueStatus(state: .simulated), on: .okx)
        board.ingest([
            try Samples.ticker(on: .binance, last: "1", at: start), try Samples.ticker(on: .okx, last: "1", at: start),
        ])
        #expect(board.exchanges().map(\.status.state) == [.live, .simulated])
        #expect(board.exchanges().first?.status.lastMessageAt == Samples.midnight)
        #expect(board.exchanges().first?.status.lag == lag)
        #expect(board.exchanges().first?.status.reconnects == 2)
        clock.advance(milliseconds: 2_001)
        board.sweep()
        #expect(board.exchanges().map(\.status.state) == [.degraded, .simulated])
        board.report(VenueStatus(state: .down), on: .binance)
        #expect(board.exchanges().first?.status.state == .down)
    }

    @Test("Spot and perpetuals of a venue fall silent by themselves")
    func kinds() throws {
        board.ingest([
            try Samples.ticker("BTCUSDT", last: "100", at: start),
            try Samples.ticker("BTCUSDT-PERP", last: "100", at: start),
        ])
        clock.advance(milliseconds: 2_000)
        board.ingest([try Samples.ticker("BTCUSDT", last: "101", at: start + 2_000)])
        board.sweep()
        #expect(try ticker("BTCUSDT")["stale"] as? Bool == false)
        #expect(try ticker("BTCUSDT-PERP")["stale"] as? Bool == true)
        #expect(board.exchanges().map(\.status.state) == [.degraded])
        #expect(board.exchanges().map(\.isStale) == [true])
    }

    @Test("A venue is out of the aggregate two seconds after its last message, over many seeds", arguments: 1...20)
    func twoSeconds(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        board.ingest([
            try Samples.ticker(on: .binance, last: "100", volume: "1000", at: start),
            try Samples.ticker(on: .bybit, last: "101", volume: "5000", at: start),
        ])
        clock.advance(milliseconds: Int64.random(in: 0..<250, using: &random))
        var elapsed = clock.now().since(Samples.midnight)
        while elapsed + 250 <= 2_000 {
            clock.advance(milliseconds: 250)
            elapsed += 250
            board.ingest([try Samples.ticker(on: .binance, last: "100", volume: "1000", at: start + elapsed)])
            board.sweep()
        }
        #expect(elapsed <= 2_000)
        #expect(try ticker()["price"] as? String == "100")
        #expect(try lines().map { $0["stale"] as? Bool } == [false, true])
    }

    @Test("What a venue no longer lists is stale at once, forgotten after a day and back when it is listed again")
    func delisted() throws {
        let both = [
            try Samples.instrument("BTCUSDT", base: "BTC", quote: "USDT"),
            try Samples.instrument("OLDUSDT", base: "OLD", quote: "USDT"),
        ]
        let old = try Samples.symbol("OLDUSDT")
        board.list(both, on: .binance)
        board.ingest([try Samples.ticker("OLDUSDT", last: "3", at: start)])
        board.list([both[0]], on: .binance)
        #expect(try ticker("OLDUSDT")["stale"] as? Bool == true)
        clock.advance(milliseconds: 86_400_000)
        board.sweep()
        #expect(board.knows(old))
        clock.advance(milliseconds: 1)
        board.sweep()
        #expect(!board.knows(old))
        #expect(board.ticker(old) == nil)
        board.list(both, on: .binance)
        #expect(board.knows(old))
        board.ingest([try Samples.ticker("OLDUSDT", last: "4", at: start + 86_400_002, receivedAt: start + 86_400_002)])
        #expect(try ticker("OLDUSDT")["stale"] as? Bool == false)
    }

    @Test("A list of perpetuals says nothing of spot markets, and an empty list says nothing at all")
    func separateLists() throws {
        board.list([try Samples.instrument("BTCUSDT", base: "BTC", quote: "USDT")], on: .binance)
        board.list([try Samples.instrument("BTCUSDT-PERP", base: "BTC", quote: "USDT")], on: .binance)
        board.list([], on: .binance)
        #expect(board.instruments(of: .binance).map(\.symbol.text) == ["BTCUSDT", "BTCUSDT-PERP"])
    }

    private func lines() throws -> [[String: Any]] { try #require(try ticker()["exchanges"] as? [[String: Any]]) }

    private func ticker(_ symbol: String = "BTCUSDT", of other: MarketBoard? = nil) throws -> [String: Any] {
        let body = try #require((other ?? board).ticker(try Samples.symbol(symbol)))
        return try #require(try JSONSerialization.jsonObject(with: Data(body.bytes)) as? [String: Any])
    }

    private func ticker(of board: MarketBoard) throws -> [String: Any] { try ticker("BTCUSDT", of: board) }
}
