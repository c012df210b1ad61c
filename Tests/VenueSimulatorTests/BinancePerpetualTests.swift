import Foundation
import Markets
import NIOCore
import TestKit
import Testing
import VenueSimulator
import WebSockets

@Suite("Binance USD-M dialect", .fewAtOnce, .timeLimit(.minutes(2)))
struct BinancePerpetualTests {
    static let source = VenueSimulator.Source.market(seed: 42, tradesPerSecond: 1000, assets: 12)

    @Test(
        "Frames have the keys of the venue's own",
        .enabled(if: SharedData.isPresent, "no recorded payloads"),
        arguments: [
            ("/public/ws/ethusdt@bookTicker", "usdm-bookTicker-2026.json", 0),
            ("/market/stream?streams=btcusdt@aggTrade", "usdm-stream-aggTrade-2026.json", 0),
            ("/market/stream?streams=!forceOrder@arr", "usdm-forceOrder-2026.jsonl", 0),
        ]
    )
    func shapes(target: String, recording: String, line: Int) async throws {
        let recorded = try #require(
            Shape(json: Array(try SharedData.lines("exchanges/binance/ws/" + recording)[line].utf8))
        )
        try await Harness.with(.binance, Self.source) { venue in
            var socket = try await venue.socket(target)
            let frame = Shape(try #require(await socket.object()))
            #expect(frame.keys == recorded.keys)
            #expect(frame["data"]?.keys == recorded["data"]?.keys)
            #expect(frame["data"]?["o"]?.keys == recorded["data"]?["o"]?.keys)
        }
    }

    @Test("A stream of the other socket is acknowledged and stays silent")
    func routing() async throws {
        try await Harness.with(.binance, Self.source) { venue in
            var market = try await venue.socket("/market/ws")
            market.send(#"{"method":"SUBSCRIBE","params":["btcusdt@bookTicker","btcusdt@aggTrade"],"id":1}"#)
            #expect(await market.next() == #"{"result":null,"id":1}"#)
            for _ in 0..<20 { #expect(try #require(await market.object())["e"] as? String == "aggTrade") }
            var spot = try await venue.socket("/ws/btcusdt@aggTrade")
            #expect(try #require(await spot.object())["st"] == nil)
        }
    }

    @Test("A book kept by the rules of futures equals a later snapshot")
    func book() async throws {
        try await Harness.with(.binance, Self.source) { venue in
            var socket = try await venue.socket("/public/ws/btcusdt@depth@100ms")
            // The first buffered event reaches back to before the snapshot.
            var pending = [try #require(await socket.object())]
            let snapshot = try await Self.snapshot(venue)
            var book = snapshot.book
            var last: Int64?
            var compared = false
            while !compared {
                if pending.isEmpty { pending.append(try #require(await socket.object())) }
                let event = pending.removeFirst()
                let end = try #require(event["u"] as? Int64)
                guard end >= snapshot.id else { continue }
                if let last {
                    #expect(event["pu"] as? Int64 == last)
                } else {
                    #expect(try #require(event["U"] as? Int64) <= snapshot.id || event["pu"] as? Int64 == snapshot.id)
                }
                last = end
                book.apply(bids: event["b"] as? [[Any]] ?? [], asks: event["a"] as? [[Any]] ?? [])
                let later = try await Self.snapshot(venue)
                guard later.id == end, end > snapshot.id else { continue }
                #expect(later.book == book)
                compared = true
            }
        }
    }

    private static func snapshot(_ venue: Harness) async throws -> (id: Int64, book: FollowedBook) {
        let answer = try await venue.get("/fapi/v1/depth?symbol=BTCUSDT&limit=1000").json as? [String: Any]
        let object = try #require(answer)
        let book = FollowedBook(
            bids: try #require(object["bids"] as? [[Any]]),
            asks: try #require(object["asks"] as? [[Any]])
        )
        return (try #require(object["lastUpdateId"] as? Int64), book)
    }

    @Test("Futures have their own listings, figures and budget")
    func rest() async throws {
        try await Harness.with(.binance, Self.source) { venue in
            let info = try #require(try await venue.get("/fapi/v1/exchangeInfo").json as? [String: Any])
            let symbols = try #require(info["symbols"] as? [[String: Any]])
            let names = symbols.compactMap { $0["symbol"] as? String }
            #expect(names.contains("1000PEPEUSDT") && !names.contains("PEPEUSDT"))
            #expect(symbols.contains { $0["symbol"] as? String == "FTTUSDT" && $0["status"] as? String == "SETTLING" })
            let answer = try await venue.get("/fapi/v1/openInterest?symbol=BTCUSDT")
            #expect(Double((answer.json as? [String: Any])?["openInterest"] as? String ?? "") ?? 0 > 0)
            #expect(answer.headers["x-mbx-used-weight-1m"] == "2")
            #expect(try await venue.get("/api/v3/ping").headers["x-mbx-used-weight-1m"] == "1")
            let premium = try await venue.get("/fapi/v1/premiumIndex?symbol=BTCUSDT").json as? [String: Any]
            let mark = try #require(Double(premium?["markPrice"] as? String ?? ""))
            let index = try #require(Double(premium?["indexPrice"] as? String ?? ""))
            #expect(abs(mark / index - 1) < 0.001)
            #expect(try await venue.get("/fapi/v1/klines?symbol=PEPEUSDT&interval=1m").status == 400)
        }
    }
}
