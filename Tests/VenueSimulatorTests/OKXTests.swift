import Foundation
import Markets
import NIOCore
import TestKit
import Testing
import VenueSimulator
import WebSockets

@Suite("OKX dialect", .fewAtOnce, .timeLimit(.minutes(2)))
struct OKXTests {
    static let source = VenueSimulator.Source.market(seed: 42, tradesPerSecond: 1000, assets: 12)

    private static func subscription(_ channel: String, _ instrument: String) -> String {
        #"{"op":"subscribe","args":[{"channel":"\#(channel)","instId":"\#(instrument)"}]}"#
    }

    @Test(
        "Acknowledgement and refusal are the recorded ones",
        .enabled(if: SharedData.isPresent, "no recorded payloads")
    )
    func control() async throws {
        let recorded = try SharedData.lines("exchanges/okx/ws/control-2026.jsonl")
        try await Harness.with(.okx, Self.source) { venue in
            var socket = try await venue.socket("/ws/v5/public")
            socket.send(Self.subscription("tickers", "BTC-USDT"))
            #expect(await socket.next() == recorded[0])
            socket.send(Self.subscription("candle1m", "BTC-USDT"))
            #expect(await socket.first { $0["event"] != nil }?["msg"] as? String == recorded[1].message)
            socket.send("ping")
            var pong: String?
            while pong != "pong", let text = await socket.next() { pong = text }
            #expect(pong == "pong")
        }
    }

    @Test(
        "Frames have the keys of the venue's own",
        .enabled(if: SharedData.isPresent, "no recorded payloads"),
        arguments: [
            ("tickers", "BTC-USDT", "spot-tickers-2026.json"), ("trades", "BTC-USDT", "spot-trades-2026.json"),
            ("books5", "BTC-USDT", "spot-books5-2026.json"),
            ("mark-price", "BTC-USDT-SWAP", "swap-mark-price-2026.json"),
            ("funding-rate", "BTC-USDT-SWAP", "swap-funding-rate-2026.json"),
        ]
    )
    func shapes(channel: String, instrument: String, recording: String) async throws {
        let recorded = try #require(Shape(json: try SharedData.bytes("exchanges/okx/ws/" + recording)))
        try await Harness.with(.okx, Self.source) { venue in
            var socket = try await venue.socket("/ws/v5/public")
            socket.send(Self.subscription(channel, instrument))
            let frame = try #require(await socket.first { $0["data"] != nil })
            #expect(Shape(frame).keys == recorded.keys)
            #expect(Shape(frame)["data"]?.keys == recorded["data"]?.keys)
        }
    }

    @Test(
        "Each book update names the one before, and together they are a later snapshot",
        arguments: ["BTC-USDT", "BTC-USDT-SWAP"]
    )
    func book(instrument: String) async throws {
        try await Harness.with(.okx, Self.source) { venue in
            var socket = try await venue.socket("/ws/v5/public")
            socket.send(Self.subscription("books", instrument))
            let first = try #require(await socket.first { $0["data"] != nil })
            #expect(first["action"] as? String == "snapshot")
            var (book, sequence, previous) = try Self.book(first)
            #expect(previous == -1)
            for _ in 0..<10 {
                let frame = try #require(await socket.object())
                #expect(frame["action"] as? String == "update")
                sequence = try Self.follow(&book, frame, sequence)
                #expect(!book.isCrossed)
            }
            var other = try await venue.socket("/ws/v5/public")
            other.send(Self.subscription("books", instrument))
            let (later, end, _) = try Self.book(try #require(await other.first { $0["data"] != nil }))
            while sequence < end { sequence = try Self.follow(&book, try #require(await socket.object()), sequence) }
            #expect(sequence == end)
            #expect(book == later)
        }
    }

    private static func book(_ frame: [String: Any]) throws -> (FollowedBook, Int64, Int64) {
        let data = try #require((frame["data"] as? [[String: Any]])?.first)
        let book = FollowedBook(
            bids: try #require(data["bids"] as? [[Any]]),
            asks: try #require(data["asks"] as? [[Any]])
        )
        return (book, try #require(data["seqId"] as? Int64), try #require(data["prevSeqId"] as? Int64))
    }

    private static func follow(_ book: inout FollowedBook, _ frame: [String: Any], _ sequence: Int64) throws -> Int64 {
        let data = try #require((frame["data"] as? [[String: Any]])?.first)
        #expect(data["prevSeqId"] as? Int64 == sequence)
        book.apply(bids: data["bids"] as? [[Any]] ?? [], asks: data["asks"] as? [[Any]] ?? [])
        return try #require(data["seqId"] as? Int64)
    }

    @Test("Candles are on the business socket with nine fields, liquidations on the public one for all swaps")
    func channels() async throws {
        try await Harness.with(.okx, Self.source) { venue in
            var business = try await venue.socket("/ws/v5/business")
            business.send(Self.subscription("candle1m", "BTC-USDT-SWAP"))
            let candle = try #require(await business.first { $0["data"] != nil })
            #expect(try #require((candle["data"] as? [[String]])?.first).count == 9)
            var socket = try await venue.socket("/ws/v5/public")
            socket.send(#"{"op":"subscribe","args":[{"channel":"liquidation-orders","instId":"BTC-USDT-SWAP"}]}"#)
            #expect(try #require(await socket.object())["event"] as? String == "error")
            socket.send(#"{"op":"subscribe","args":[{"channel":"liquidation-orders","instType":"SWAP"}]}"#)
            let frame = try #require(await socket.first { $0["data"] != nil })
            let row = try #require((frame["data"] as? [[String: Any]])?.first)
            let detail = try #require((row["details"] as? [[String: Any]])?.first)
            let side = try #require(detail["side"] as? String)
            #expect(["net", side == "sell" ? "long" : "short"].contains(detail["posSide"] as? String))
        }
    }

    @Test("Instruments tell a contract's size; unknown ones and missing parameters have the venue's codes")
    func rest() async throws {
        try await Harness.with(.okx, Self.source) { venue in
            let swaps = try await venue.data("/api/v5/public/instruments?instType=SWAP")
            let bitcoin = try #require(swaps.first { $0["instId"] as? String == "BTC-USDT-SWAP" })
            #expect(bitcoin["ctVal"] as? String == "0.01" && bitcoin["ctValCcy"] as? String == "BTC")
            #expect(!swaps.contains { ($0["instId"] as? String)?.hasPrefix("FTT") == true })
            let spot = try await venue.data("/api/v5/public/instruments?instType=SPOT")
            #expect(spot.contains { $0["instId"] as? String == "TOMO-USDT" && $0["state"] as? String == "suspend" })
            let ticker = try #require(try await venue.data("/api/v5/market/ticker?instId=BTC-USDT-SWAP").first)
            let contracts = try #require(Double(ticker["vol24h"] as? String ?? ""))
            let coins = try #require(Double(ticker["volCcy24h"] as? String ?? ""))
            #expect(abs(coins / contracts - 0.01) < 1e-6)
            let error = try await venue.get("/api/v5/market/books?instId=NOPE-USDT")
            #expect((error.json as? [String: Any])?["code"] as? String == "51001")
            #expect(try await venue.get("/api/v5/market/tickers").status == 400)
            let interest = try await venue.data("/api/v5/public/open-interest?instType=SWAP&instId=BTC-USDT-SWAP")
            #expect(interest.count == 1 && interest[0]["oiCcy"] is String)
        }
    }

    @Test("Each endpoint has its own limit, and nobody is banned")
    func rateLimit() async throws {
        try await Harness.with(.okx, Self.source) { venue in
            var refused = 0
            for _ in 0..<60 {
                let answer = try await venue.get("/api/v5/public/time")
                guard answer.status == 429 else { continue }
                #expect((answer.json as? [String: Any])?["code"] as? String == "50011")
                refused += 1
            }
            #expect(refused > 0 && venue.simulator.violations.requestsRefused == refused)
            #expect(venue.simulator.bansIssued == 0)
            #expect(try await venue.get("/api/v5/market/ticker?instId=BTC-USDT").status == 200)
        }
    }

    @Test("A service upgrade is announced by a notice with code 64008")
    func notice() async throws {
        try await Harness.with(.okx, Self.source) { venue in
            var socket = try await venue.socket("/ws/v5/public")
            socket.send("ping")
            #expect(await socket.next() == "pong")
            venue.simulator.announceShutdown()
            let notice = try #require(await socket.object())
            #expect(notice["event"] as? String == "notice" && notice["code"] as? String == "64008")
        }
    }

    @Test("The fourth connection of a second is refused")
    func connections() async throws {
        try await Harness.with(.okx, Self.source) { venue in
            var refused = 0
            for _ in 0..<8 {
                do { _ = try await venue.socket("/ws/v5/public") } catch { refused += 1 }
            }
            #expect(refused > 0 && venue.simulator.violations.connectionsRefused == refused)
        }
    }

    @Test("Half a minute without a word in either direction ends the connection")
    func keepAlive() async throws {
        try await Harness.with(.okx, Self.source, keepAliveHaste: 100) { venue in
            let silent = try await venue.socket("/ws/v5/public")
            _ = try await silent.connection.closed.get()
            #expect(venue.simulator.violations.silentClosed == 1)
        }
    }
}

extension String {
    /// The `msg` of a recorded refusal.
    fileprivate var message: String? {
        ((try? JSONSerialization.jsonObject(with: Data(utf8))) as? [String: Any])?["msg"] as? String
    }
}

extension Harness {
    /// The `data` of an OKX answer.
    func data(_ target: String) async throws -> [[String: Any]] {
        let object = try #require(try await get(target).json as? [String: Any])
        #expect(object["code"] as? String == "0")
        return try #require(object["data"] as? [[String: Any]])
    }
}
