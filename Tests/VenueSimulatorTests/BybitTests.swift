import Foundation
import Markets
import NIOCore
import TestKit
import Testing
import VenueSimulator
import WebSockets

@Suite("Bybit dialect", .fewAtOnce, .timeLimit(.minutes(2)))
struct BybitTests {
    static let source = VenueSimulator.Source.market(seed: 42, tradesPerSecond: 1000, assets: 12)

    @Test("Control answers are the recorded ones", .enabled(if: SharedData.isPresent, "no recorded payloads"))
    func control() async throws {
        let recorded = try SharedData.lines("exchanges/bybit/ws/control-2026.jsonl")
        try await Harness.with(.bybit, Self.source) { venue in
            var socket = try await venue.socket("/v5/public/linear")
            socket.send(#"{"op":"subscribe","args":["allLiquidation.BTCUSDT"]}"#)
            socket.send(#"{"op":"ping"}"#)
            socket.send(#"{"op":"subscribe","args":["liquidation.BTCUSDT"],"req_id":"old"}"#)
            for (position, line) in recorded.enumerated() {
                let answer = try #require(await socket.first { $0["op"] != nil })
                let expected = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                for key in ["success", "ret_msg", "req_id", "op"] {
                    #expect("\(answer[key] ?? "")" == "\(expected[key] ?? "")", "line \(position), \(key)")
                }
                #expect(answer["conn_id"] is String)
            }
        }
    }

    @Test(
        "Frames have the keys of the venue's own",
        .enabled(if: SharedData.isPresent, "no recorded payloads"),
        arguments: [
            ("kline.1.BTCUSDT", "linear-kline1-2026.json"), ("orderbook.1.BTCUSDT", "linear-orderbook1-2026.json"),
            ("allLiquidation.", "linear-allLiquidation-2025.json"),
        ]
    )
    func shapes(topic: String, recording: String) async throws {
        let recorded = try #require(Shape(json: try SharedData.bytes("exchanges/bybit/ws/" + recording)))
        try await Harness.with(.bybit, Self.source) { venue in
            var socket = try await venue.socket("/v5/public/linear")
            let markets = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "1000PEPEUSDT", "DOGEUSDT"]
            let topics = topic.hasSuffix(".") ? markets.map { topic + $0 } : [topic]
            socket.send(#"{"op":"subscribe","args":[\#(topics.map { "\"\($0)\"" }.joined(separator: ","))]}"#)
            let frame = try #require(await socket.first { ($0["topic"] as? String)?.hasPrefix(topic) == true })
            #expect(Shape(frame).keys == recorded.keys)
            #expect(Shape(frame)["data"]?.keys == recorded["data"]?.keys)
        }
    }

    @Test("A linear ticker begins whole and goes on with what changed; merged it is what REST says")
    func linearTicker() async throws {
        try await Harness.with(.bybit, Self.source) { venue in
            var socket = try await venue.socket("/v5/public/linear")
            socket.send(#"{"op":"subscribe","args":["tickers.ETHUSDT"]}"#)
            let first = try #require(await socket.first { $0["topic"] != nil })
            #expect(first["type"] as? String == "snapshot")
            var ticker = try #require(first["data"] as? [String: Any])
            for key in ["lastPrice", "price24hPcnt", "openInterest", "fundingRate", "markPrice", "bid1Price"] {
                #expect(ticker[key] is String, "\(key)")
            }
            let whole = ticker.count
            var partial = 0
            for _ in 0..<10 {
                let delta = try #require(await socket.object())
                #expect(delta["type"] as? String == "delta")
                let changes = try #require(delta["data"] as? [String: Any])
                if changes.count < whole { partial += 1 }
                ticker.merge(changes) { $1 }
            }
            #expect(partial == 10)
            let price = try #require(Double(ticker["lastPrice"] as? String ?? ""))
            let open = try #require(Double(ticker["prevPrice24h"] as? String ?? ""))
            let fraction = try #require(Double(ticker["price24hPcnt"] as? String ?? ""))
            #expect(abs(price / open - 1 - fraction) < 1e-5)
        }
    }

    @Test("Book deltas applied to the snapshot give the book of a later subscriber", arguments: ["spot", "linear"])
    func book(category: String) async throws {
        try await Harness.with(.bybit, Self.source) { venue in
            var socket = try await venue.socket("/v5/public/\(category)")
            socket.send(#"{"op":"subscribe","args":["orderbook.50.BTCUSDT"]}"#)
            let first = try #require(await socket.first { $0["topic"] != nil })
            #expect(first["type"] as? String == "snapshot")
            let snapshot = try #require(first["data"] as? [String: Any])
            var book = try FollowedBook(bybit: snapshot)
            #expect(book.bids.count == 50 && book.asks.count == 50)
            var sequence = try #require(snapshot["u"] as? Int64)
            for _ in 0..<10 {
                let frame = try #require(await socket.object())
                let data = try #require(frame["data"] as? [String: Any])
                #expect(frame["type"] as? String == "delta")
                let next = try #require(data["u"] as? Int64)
                #expect(next > sequence)
                sequence = next
                book.apply(bids: data["b"] as? [[Any]] ?? [], asks: data["a"] as? [[Any]] ?? [])
                #expect(book.bids.count == 50 && book.asks.count == 50 && !book.isCrossed)
            }
            var other = try await venue.socket("/v5/public/\(category)")
            other.send(#"{"op":"subscribe","args":["orderbook.50.BTCUSDT"]}"#)
            let later = try #require(await other.first { $0["topic"] != nil }?["data"] as? [String: Any])
            let end = try #require(later["u"] as? Int64)
            while sequence < end {
                let data = try #require(await socket.object()?["data"] as? [String: Any])
                sequence = try #require(data["u"] as? Int64)
                book.apply(bids: data["b"] as? [[Any]] ?? [], asks: data["a"] as? [[Any]] ?? [])
            }
            #expect(sequence == end)
            #expect(try book == FollowedBook(bybit: later))
        }
    }

    @Test("One bad topic refuses a whole request; spot takes ten topics at a time, a connection 21,000 characters")
    func refusals() async throws {
        try await Harness.with(.bybit, Self.source) { venue in
            var spot = try await venue.socket("/v5/public/spot")
            let eleven = Array(repeating: #""tickers.BTCUSDT""#, count: 11).joined(separator: ",")
            for arguments in [#""tickers.BTCUSDT","tickers.NOPEUSDT""#, #""allLiquidation.BTCUSDT""#, eleven, ""] {
                spot.send(#"{"op":"subscribe","args":[\#(arguments)]}"#)
                let answer = try #require(await spot.object())
                #expect(answer["success"] as? Bool == false, "\(arguments)")
            }
            var linear = try await venue.socket("/v5/public/linear")
            let intervals = ["1", "5", "15", "60", "240", "D"]
            let names = ["BTC", "ETH", "SOL", "XRP", "BNB", "DOGE", "SUI", "ADA"].flatMap { name in
                intervals.map { "kline.\($0).\(name)USDT" }
            }
            linear.send(#"{"op":"subscribe","args":[\#(names.map { "\"\($0)\"" }.joined(separator: ","))]}"#)
            #expect(try #require(await linear.object())["success"] as? Bool == true)
        }
    }

    @Test("REST has instruments with multipliers, a page cursor, candles newest first and the refusals' codes")
    func rest() async throws {
        try await Harness.with(.bybit, Self.source) { venue in
            var names: [String] = []
            var cursor = ""
            repeat {
                let target = "/v5/market/instruments-info?category=linear&limit=5&cursor=\(cursor)"
                let result = try await venue.result(target)
                names += (result["list"] as? [[String: Any]] ?? []).compactMap { $0["symbol"] as? String }
                cursor = try #require(result["nextPageCursor"] as? String)
            } while !cursor.isEmpty
            #expect(names.contains("1000PEPEUSDT") && names.contains("BTCUSDT") && Set(names).count == names.count)
            let candles = try await venue.result("/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1&limit=5")
            let times = try #require(candles["list"] as? [[String]]).compactMap { Int64($0[0]) }
            #expect(times.count == 5 && times == times.sorted(by: >))
            let tickers = try await venue.result("/v5/market/tickers?category=spot")
            #expect(try #require(tickers["list"] as? [Any]).count > 10)
            let interest = "/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=5min&limit=3"
            #expect(try await venue.result(interest)["list"] as? [Any] != nil)
            let unknown = try await venue.get("/v5/market/kline?category=linear&symbol=NOPE&interval=1")
            #expect(unknown.status == 200 && (unknown.json as? [String: Any])?["retCode"] as? Int == 10001)
        }
    }

    @Test("Six hundred requests in five seconds are the limit: code 10006 then, and 403 for who goes on")
    func rateLimit() async throws {
        try await Harness.with(.bybit, Self.source) { venue in
            var codes: [Int] = []
            var status = 200
            for _ in 0..<3000 where status == 200 {
                let answer = try await venue.get("/v5/market/time")
                status = answer.status
                if let code = (answer.json as? [String: Any])?["retCode"] as? Int, code != 0 { codes.append(code) }
            }
            #expect(status == 403)
            #expect(codes.allSatisfy { $0 == 10006 } && codes.count >= 10)
            #expect(venue.simulator.bansIssued == 1)
            #expect(venue.simulator.violations.requestsRefused == codes.count + 1)
        }
    }

    @Test("Who sends nothing for ten minutes is closed; a ping in time keeps the connection")
    func keepAlive() async throws {
        try await Harness.with(.bybit, Self.source, keepAliveHaste: 1000) { venue in
            let silent = try await venue.socket("/v5/public/linear")
            _ = try await silent.connection.closed.get()
            #expect(venue.simulator.violations.silentClosed == 1)
        }
    }
}

extension FollowedBook {
    init(bybit data: [String: Any]) throws {
        self.init(bids: try #require(data["b"] as? [[Any]]), asks: try #require(data["a"] as? [[Any]]))
    }
}

extension Harness {
    /// The `result` of a Bybit answer.
    func result(_ target: String) async throws -> [String: Any] {
        let object = try #require(try await get(target).json as? [String: Any])
        #expect(object["retCode"] as? Int == 0)
        return try #require(object["result"] as? [String: Any])
    }
}

extension SharedData {
    /// The lines of a text file.
    static func lines(_ path: String) throws -> [String] {
        try bytes(path).split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension Shape {
    /// Keys of an object, or of the first object of an array.
    var keys: Set<String>? {
        switch self {
        case .object(let fields): Set(fields.keys)
        case .array(let first): first?.keys
        default: nil
        }
    }
}
