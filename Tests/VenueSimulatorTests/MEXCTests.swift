import Foundation
import Markets
import NIOCore
import TestKit
import Testing
import VenueSimulator
import WebSockets

@Suite("MEXC spot dialect", .fewAtOnce, .timeLimit(.minutes(2)))
struct MEXCSpotTests {
    static let source = VenueSimulator.Source.market(seed: 42, tradesPerSecond: 1000, assets: 12)

    private static func subscription(_ channels: String...) -> String {
        #"{"method":"SUBSCRIPTION","params":[\#(channels.map { "\"\($0)\"" }.joined(separator: ","))]}"#
    }

    @Test("Control answers are the recorded ones", .enabled(if: SharedData.isPresent, "no recorded payloads"))
    func control() async throws {
        let recorded = try SharedData.lines("exchanges/mexc/ws/spot-control-2026.jsonl")
        try await Harness.with(.mexc, Self.source) { venue in
            var socket = try await venue.socket("/ws")
            socket.send(Self.subscription("spot@public.aggre.bookTicker.v3.api.pb@10ms@BTCUSDT"))
            #expect(await socket.next() == recorded[0])
            socket.send(#"{"method":"PING"}"#)
            var pong: String?
            while pong != recorded[1], let text = await socket.next() { pong = text }
            #expect(pong == recorded[1])
        }
    }

    @Test(
        "Frames have the fields of the venue's own",
        .enabled(if: SharedData.isPresent, "no recorded payloads"),
        arguments: [
            ("spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT", "spot-aggre-deals-100ms.bin", 314),
            ("spot@public.aggre.bookTicker.v3.api.pb@100ms@BTCUSDT", "spot-aggre-bookTicker-100ms.bin", 315),
            ("spot@public.limit.depth.v3.api.pb@BTCUSDT@5", "spot-limit-depth-5.bin", 303),
            ("spot@public.kline.v3.api.pb@BTCUSDT@Min1", "spot-kline-Min1.bin", 308),
        ]
    )
    func shapes(channel: String, recording: String, body: Int) async throws {
        let recorded = try ProtobufFields(Array(try SharedData.bytes("exchanges/mexc/ws/" + recording)))
        try await Harness.with(.mexc, Self.source) { venue in
            var socket = try await venue.socket("/ws")
            socket.send(Self.subscription(channel))
            #expect(await socket.next()?.contains(channel) == true)
            let frame = try ProtobufFields(try #require(await socket.bytes()))
            #expect(frame.text(1) == channel && frame.text(1) == recorded.text(1))
            #expect(frame.text(3) == "BTCUSDT")
            let ours = try frame.message(body)
            let real = try recorded.message(body)
            #expect(Set(ours.numbers) == Set(real.numbers))
        }
    }

    @Test("Book frames follow one another and the snapshot without a gap")
    func book() async throws {
        try await Harness.with(.mexc, Self.source) { venue in
            var socket = try await venue.socket("/ws")
            socket.send(Self.subscription("spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT"))
            #expect(await socket.next() != nil)
            var pending = [try Self.change(try #require(await socket.bytes()))]
            let snapshot = try await Self.snapshot(venue)
            var book = snapshot.book
            var last = snapshot.id
            var compared = false
            while !compared {
                if pending.isEmpty { pending.append(try Self.change(try #require(await socket.bytes()))) }
                let change = pending.removeFirst()
                guard change.to > last else { continue }
                #expect(change.from <= last + 1)
                last = change.to
                book.apply(bids: change.bids, asks: change.asks)
                let later = try await Self.snapshot(venue)
                guard later.id == last else { continue }
                #expect(later.book == book)
                compared = true
            }
        }
    }

    private static func change(_ bytes: [UInt8]) throws -> (from: Int64, to: Int64, bids: [[Any]], asks: [[Any]]) {
        let body = try ProtobufFields(bytes).message(313)
        let levels = { (field: Int) in
            try body.messages(field).map { [$0.text(1) ?? "", $0.text(2) ?? ""] as [Any] }
        }
        return (
            try #require(Int64(body.text(4) ?? "")), try #require(Int64(body.text(5) ?? "")), try levels(2),
            try levels(1)
        )
    }

    private static func snapshot(_ venue: Harness) async throws -> (id: Int64, book: FollowedBook) {
        let object = try #require(
            try await venue.get("/api/v3/depth?symbol=BTCUSDT&limit=1000").json as? [String: Any]
        )
        let book = FollowedBook(
            bids: try #require(object["bids"] as? [[Any]]),
            asks: try #require(object["asks"] as? [[Any]])
        )
        return (try #require(object["lastUpdateId"] as? Int64), book)
    }

    @Test("A connection has at most thirty streams, and unknown ones are refused by name")
    func refusals() async throws {
        try await Harness.with(.mexc, Self.source) { venue in
            var socket = try await venue.socket("/ws")
            socket.send(Self.subscription("spot@public.deals.v3.api@BTCUSDT"))
            #expect(await socket.next()?.contains("Not Subscribed successfully") == true)
            let intervals = ["Min1", "Min5", "Min15", "Min60", "Hour4", "Day1"]
            let names = ["BTC", "ETH", "SOL", "XRP", "BNB", "DOGE"].flatMap { name in
                intervals.map { "spot@public.kline.v3.api.pb@\(name)USDT@\($0)" }
            }
            socket.send(#"{"method":"SUBSCRIPTION","params":[\#(names.map { "\"\($0)\"" }.joined(separator: ","))]}"#)
            let accepted = try #require(await socket.next())
            #expect(accepted.split(separator: ",").filter { $0.contains("spot@") }.count == 30)
            #expect(await socket.next()?.contains("Not Subscribed successfully") == true)
        }
    }

    @Test("REST's change is a fraction, its trades have no ids, a letter outside ASCII is no obstacle")
    func rest() async throws {
        try await Harness.with(.mexc, Self.source) { venue in
            let row = try #require(try await venue.get("/api/v3/ticker/24hr?symbol=ETHUSDT").json as? [String: Any])
            let open = try #require(Double(row["openPrice"] as? String ?? ""))
            let last = try #require(Double(row["lastPrice"] as? String ?? ""))
            let fraction = try #require(Double(row["priceChangePercent"] as? String ?? ""))
            #expect(abs(last / open - 1 - fraction) < 1e-4)
            let trades = try #require(try await venue.get("/api/v3/trades?symbol=ETHUSDT").json as? [[String: Any]])
            #expect(trades.first?["id"] is NSNull)
            let info = try #require(try await venue.get("/api/v3/exchangeInfo").json as? [String: Any])
            let symbols = try #require(info["symbols"] as? [[String: Any]])
            #expect(symbols.contains { $0["symbol"] as? String == "币安人生USDT" && $0["status"] as? String == "1" })
            #expect(symbols.contains { $0["symbol"] as? String == "TOMOUSDT" && $0["status"] as? String == "2" })
            let candles = "/api/v3/klines?symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&interval=60m&limit=4"
            #expect(try #require(try await venue.get(candles).json as? [[Any]]).map(\.count) == [8, 8, 8, 8])
        }
    }

    @Test("A connection without a subscription is closed after half a minute")
    func keepAlive() async throws {
        try await Harness.with(.mexc, Self.source, keepAliveHaste: 100) { venue in
            let silent = try await venue.socket("/ws")
            _ = try await silent.connection.closed.get()
            #expect(venue.simulator.violations.silentClosed == 1)
        }
    }
}

@Suite("MEXC futures dialect", .fewAtOnce, .timeLimit(.minutes(2)))
struct MEXCPerpetualTests {
    static let source = VenueSimulator.Source.market(seed: 42, tradesPerSecond: 1000, assets: 12)

    @Test("Control answers are the recorded ones", .enabled(if: SharedData.isPresent, "no recorded payloads"))
    func control() async throws {
        let recorded = try SharedData.lines("exchanges/mexc/ws/futures-control-2026.jsonl")
        try await Harness.with(.mexc, Self.source) { venue in
            var socket = try await venue.socket("/edge")
            let requests = [
                #"{"method":"sub.depth","param":{"symbol":"BTC_USDT"}}"#,
                #"{"method":"sub.depth","param":{"symbol":"NOPE_USDT"}}"#, #"{"method":"ping"}"#,
                #"{"method":"sub.depth.full","param":{"symbol":"BTC_USDT","limit":5}}"#,
            ]
            for (request, line) in zip(requests, recorded) {
                socket.send(request)
                let expected = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                let answer = try #require(
                    await socket.first { $0["channel"] as? String == expected["channel"] as? String }
                )
                if let text = expected["data"] as? String { #expect(answer["data"] as? String == text) }
                #expect(Set(answer.keys) == Set(expected.keys))
            }
        }
    }

    @Test(
        "Frames have the keys of the venue's own",
        .enabled(if: SharedData.isPresent, "no recorded payloads"),
        arguments: [
            ("deal", "futures-deal-2026.json", []), ("kline", "futures-kline-Min1-2026.json", []),
            (
                "ticker", "futures-ticker-2026.json",
                ["maxBidPrice", "minAskPrice", "zone", "riseFallRates", "riseFallRatesOfTimezone"]
            ),
        ] as [(String, String, Set<String>)]
    )
    func shapes(channel: String, recording: String, untold: Set<String>) async throws {
        let recorded = try #require(Shape(json: try SharedData.bytes("exchanges/mexc/ws/" + recording)))
        try await Harness.with(.mexc, Self.source) { venue in
            var socket = try await venue.socket("/edge")
            socket.send(#"{"method":"sub.\#(channel)","param":{"symbol":"BTC_USDT","interval":"Min1"}}"#)
            let frame = try #require(await socket.first { $0["channel"] as? String == "push." + channel })
            #expect(Shape(frame).keys == recorded.keys)
            #expect(Shape(frame)["data"]?.keys == recorded["data"]?.keys?.subtracting(untold))
        }
    }

    @Test("Each depth frame begins where the last one ended, and REST's version lies between")
    func book() async throws {
        try await Harness.with(.mexc, Self.source) { venue in
            var socket = try await venue.socket("/edge")
            socket.send(#"{"method":"sub.depth","param":{"symbol":"BTC_USDT"}}"#)
            var pending = [try #require(await socket.first { $0["channel"] as? String == "push.depth" })]
            let snapshot = try await Self.snapshot(venue)
            var book = snapshot.book
            var last = snapshot.id
            var compared = false
            while !compared {
                if pending.isEmpty { pending.append(try #require(await socket.object())) }
                let change = try #require(pending.removeFirst()["data"] as? [String: Any])
                let end = try #require(change["end"] as? Int64)
                guard end > last else { continue }
                #expect(try #require(change["begin"] as? Int64) <= last + 1)
                last = end
                book.apply(bids: change["bids"] as? [[Any]] ?? [], asks: change["asks"] as? [[Any]] ?? [])
                // Ten calls in two seconds are the limit, and every change is a tenth of a second.
                let later = try await Self.snapshot(venue)
                guard later.id == last else { continue }
                #expect(later.book == book)
                compared = true
            }
        }
    }

    private static func snapshot(_ venue: Harness) async throws -> (id: Int64, book: FollowedBook) {
        let answer = try await venue.get("/api/v1/contract/depth/BTC_USDT?limit=1000").json as? [String: Any]
        let data = try #require(answer?["data"] as? [String: Any])
        let book = FollowedBook(
            bids: try #require(data["bids"] as? [[Any]]),
            asks: try #require(data["asks"] as? [[Any]])
        )
        return (try #require(data["version"] as? Int64), book)
    }

    @Test("All tickers come whole first and then those that changed, every two seconds")
    func tickers() async throws {
        try await Harness.with(.mexc, Self.source) { venue in
            var socket = try await venue.socket("/edge")
            socket.send(#"{"method":"sub.tickers","param":{}}"#)
            let frame = try #require(await socket.first { $0["channel"] as? String == "push.tickers" })
            let rows = try #require(frame["data"] as? [[String: Any]])
            #expect(rows.count >= 10)
            #expect(rows.allSatisfy { $0["fundingRate"] == nil && $0["symbol"] as? String != "FTT_USDT" })
        }
    }

    @Test("REST tells contracts' sizes; a delisted contract has an empty book and a time that stands still")
    func rest() async throws {
        try await Harness.with(.mexc, Self.source) { venue in
            let detail = try await venue.get("/api/v1/contract/detail?symbol=BTC_USDT").json as? [String: Any]
            let data = try #require(detail?["data"] as? [String: Any])
            #expect(data["contractSize"] as? Double == 0.0001 && data["state"] as? Int == 0)
            let gone = try await venue.get("/api/v1/contract/depth/FTT_USDT").json as? [String: Any]
            let book = try #require(gone?["data"] as? [String: Any])
            #expect((book["bids"] as? [Any])?.isEmpty == true && gone?["success"] as? Bool == true)
            #expect(try #require(book["timestamp"] as? Int64) < 1_789_455_601_091)
            let candles = try await venue.get("/api/v1/contract/kline/ETH_USDT?interval=Min1").json as? [String: Any]
            let columns = try #require(candles?["data"] as? [String: [Any]])
            #expect(columns["time"]?.count == 2000 && columns["amount"]?.count == 2000)
            let unknown = try await venue.get("/api/v1/contract/depth/NOPE_USDT").json as? [String: Any]
            #expect(unknown?["success"] as? Bool == false)
        }
    }

    @Test("Without the client's own ping the socket closes, though data flows")
    func keepAlive() async throws {
        try await Harness.with(.mexc, Self.source, keepAliveHaste: 60) { venue in
            var socket = try await venue.socket("/edge")
            socket.send(#"{"method":"sub.deal","param":{"symbol":"BTC_USDT"}}"#)
            var deals = 0
            while let frame = await socket.object() { if frame["channel"] as? String == "push.deal" { deals += 1 } }
            #expect(deals > 0)
            #expect(venue.simulator.violations.silentClosed == 1)
        }
    }
}

/// Protobuf's wire format read without a schema.
struct ProtobufFields {
    private var integers: [Int: [UInt64]] = [:]
    private var chunks: [Int: [[UInt8]]] = [:]

    struct Damaged: Error {}

    init(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let tag = try Self.varint(&rest)
            switch tag & 7 {
            case 0: integers[Int(tag >> 3), default: []].append(try Self.varint(&rest))
            case 2:
                let length = Int(try Self.varint(&rest))
                guard length <= rest.count else { throw Damaged() }
                chunks[Int(tag >> 3), default: []].append(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
            default: throw Damaged()
            }
        }
    }

    var numbers: [Int] { Array(integers.keys) + Array(chunks.keys) }
    func text(_ field: Int) -> String? { chunks[field]?.first.map { String(decoding: $0, as: UTF8.self) } }
    func message(_ field: Int) throws -> ProtobufFields { try ProtobufFields(try #require(chunks[field]?.first)) }
    func messages(_ field: Int) throws -> [ProtobufFields] { try (chunks[field] ?? []).map(ProtobufFields.init) }

    private static func varint(_ bytes: inout ArraySlice<UInt8>) throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 64 else { break }
        }
        throw Damaged()
    }
}
