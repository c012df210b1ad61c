import Foundation
import Markets
import NIOCore
import TestKit
import Testing
import VenueSimulator
import WebSockets

@Suite("Binance dialect, streams", .fewAtOnce, .timeLimit(.minutes(2)))
struct BinanceSocketTests {
    static let source = VenueSimulator.Source.market(seed: 42, tradesPerSecond: 1000, assets: 24)
    /// A minute of the market in two seconds.
    static var fast: VenueSimulator.Source {
        .market(
            seed: 42,
            tradesPerSecond: 100,
            clock: .running(from: SimulatedMarketTests.start, speed: 30),
            assets: 12
        )
    }

    @Test(
        "Frames have the keys and kinds of the venue's own",
        .enabled(if: SharedData.isPresent, "the recorded payloads are not here"),
        arguments: [
            ("btcusdt@aggTrade", "spot-mixed-2021-2022.jsonl", "aggTrade", []),
            ("btcusdt@kline_1m", "spot-mixed-2021-2022.jsonl", "kline", []),
            ("btcusdt@ticker", "spot-mixed-2021-2022.jsonl", "24hrTicker", []),
            ("btcusdt@depth@100ms", "spot-mixed-2021-2022.jsonl", "depthUpdate", []),
            ("btcusdt@depth", "spot-mixed-2021-2022.jsonl", "depthUpdate", []),
            ("btcusdt@trade", "spot-mixed-2019.jsonl", "trade", ["b", "a"]),  // order ids were dropped since
        ] as [(String, String, String, Set<String>)]
    )
    func shapes(stream: String, recording: String, event: String, dropped: Set<String>) async throws {
        let lines = try SharedData.bytes("exchanges/binance/ws/" + recording).split(separator: UInt8(ascii: "\n"))
        let shapes = lines.compactMap { line -> Shape? in
            let object = (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any]
            guard let data = object?["data"] as? [String: Any], data["e"] as? String == event else { return nil }
            return Shape(data)
        }
        let recorded = try #require(shapes.first)
        try await Harness.with(Self.source) { venue in
            var socket = try await venue.socket("/stream?streams=\(stream)")
            let frame = try #require(await socket.first { $0["stream"] as? String == stream })
            #expect(Set(frame.keys) == ["stream", "data"])
            let data = try #require(frame["data"])
            #expect(Shape(data) == recorded.without(dropped))
        }
    }

    @Test("A book ticker has no event type; a mini ticker is the venue's", .enabled(if: SharedData.isPresent))
    func otherShapes() async throws {
        let mini = try #require(Shape(json: try SharedData.bytes("exchanges/binance/ws/spot-miniTicker-2026.json")))
        try await Harness.with(Self.source) { venue in
            var socket = try await venue.socket("/ws/btcusdt@bookTicker")
            let top = try #require(await socket.object())
            #expect(Set(top.keys) == ["u", "s", "b", "B", "a", "A"])
            var tickers = try await venue.socket("/ws/btcusdt@miniTicker")
            let ticker = try #require(await tickers.object())
            #expect(Set(ticker.keys).count == 9)
            guard case .object(let ours) = Shape(ticker), case .object(let real) = mini else {
                Issue.record("tickers are objects")
                return
            }
            #expect(Set(ours.keys) == Set(real.keys))
            #expect(ours.filter { $0.key != "q" } == real.filter { $0.key != "q" })  // recorded once with two places
        }
    }

    @Test("Subscribing, listing and unsubscribing are acknowledged under their ids")
    func control() async throws {
        try await Harness.with(Self.source) { venue in
            var socket = try await venue.socket("/ws")
            socket.send(#"{"method":"SUBSCRIBE","params":["BTCUSDT@trade","nosuch@trade"],"id":1}"#)
            #expect(await socket.next() == #"{"result":null,"id":1}"#)
            let trade = try #require(await socket.object())
            #expect(trade["e"] as? String == "trade" && trade["s"] as? String == "BTCUSDT")
            socket.send(#"{"method":"LIST_SUBSCRIPTIONS","id":"two"}"#)
            let list = try #require(await socket.first { $0["id"] != nil })
            #expect(list["result"] as? [String] == ["btcusdt@trade", "nosuch@trade"])
            #expect(list["id"] as? String == "two")
            socket.send(#"{"method":"UNSUBSCRIBE","params":["btcusdt@trade"],"id":3}"#)
            #expect(await socket.first { $0["id"] as? Int == 3 } != nil)
            socket.send(#"{"method":"LIST_SUBSCRIPTIONS","id":4}"#)
            #expect(await socket.next() == #"{"result":["nosuch@trade"],"id":4}"#)
        }
    }

    /// Message, code and the id answered under.
    static let wrongMessages: [(String, Int, String)] = [
        (#"{"method":"NOT_A_METHOD","id":2}"#, 2, "2"), ("nonsense", 3, "null"), ("[1]", 2, "null"),
        (#"{"method":"SUBSCRIBE","id":5}"#, 2, "5"), (#"{"method":"SUBSCRIBE","params":[1],"id":5}"#, 2, "5"),
        (#"{"method":"LIST_SUBSCRIPTIONS","id":-1}"#, 2, "null"), (#"{"method":"SUBSCRIBE","x":1,"id":7}"#, 0, "7"),
        (#"{"id":8}"#, 2, "8"), (#"{"method":"LIST_SUBSCRIPTIONS","id":true}"#, 2, "null"), ("7", 2, "null"),
        (#"{"method":"LIST_SUBSCRIPTIONS","id":1.5}"#, 2, "null"),
        (#"{"method":"SUBSCRIBE","params":["a"]"#, 3, "null"),
    ]

    @Test("Wrong requests are refused in the venue's words")
    func refusals() async throws {
        try await Harness.with(Self.source) { venue in
            for (message, code, id) in Self.wrongMessages {
                var socket = try await venue.socket("/ws")
                socket.send(message)
                let text = try #require(await socket.next())
                #expect(text.hasPrefix(#"{"error":{"code":\#(code),"msg":""#), "\(message): \(text)")
                #expect(text.hasSuffix(#""},"id":\#(id)}"#), "\(message): \(text)")
                socket.connection.cut()
            }
        }
    }

    @Test("A refusal is the recorded one to the byte", .enabled(if: SharedData.isPresent))
    func recordedRefusal() async throws {
        let lines = try SharedData.bytes("exchanges/binance/ws/spot-control-2026.jsonl").split(
            separator: UInt8(ascii: "\n")
        ).map { String(decoding: $0, as: UTF8.self) }
        try await Harness.with(Self.source) { venue in
            var socket = try await venue.socket("/ws")
            socket.send(#"{"method":"SUBSCRIBE","params":[],"id":1}"#)
            socket.send(#"{"method":"NOT_A_METHOD","params":[],"id":2}"#)
            #expect(await socket.next() == lines[0])
            #expect(await socket.next() == lines[1])
        }
    }

    @Test("More than five messages in a second end the connection")
    func messageRate() async throws {
        try await Harness.with(Self.source) { venue in
            let socket = try await venue.socket("/ws")
            for id in 1...6 { socket.send(#"{"method":"LIST_SUBSCRIPTIONS","id":\#(id)}"#) }
            let closure = try await socket.connection.closed.get()
            #expect(closure.code == 1008 && closure.origin == .peer)
        }
    }

    @Test("A connection has at most 1,024 streams")
    func streamLimit() async throws {
        try await Harness.with(Self.source) { venue in
            var socket = try await venue.socket("/ws")
            let names = (1...1024).map { "\"a\($0)@trade\"" }.joined(separator: ",")
            socket.send(#"{"method":"SUBSCRIBE","params":[\#(names)],"id":1}"#)
            #expect(await socket.next() == #"{"result":null,"id":1}"#)
            socket.send(#"{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":2}"#)
            #expect(try #require(await socket.object())["error"] != nil)
        }
    }

    @Test("All mini tickers come every second, only those that traded, each once")
    func allMiniTickers() async throws {
        try await Harness.with(Self.source) { venue in
            var socket = try await venue.socket("/ws/!miniTicker@arr")
            var sizes: [Int] = []
            while sizes.count < 3, let text = await socket.next() {
                let rows = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
                let names = rows.compactMap { $0["s"] as? String }
                #expect(Set(names).count == rows.count)
                #expect(names.contains("BTCUSDT"))
                sizes.append(rows.count)
            }
            let listed = SimulatedMarket(seed: 42, startingAt: SimulatedMarketTests.start, assets: 24).listings.count
            #expect(sizes.allSatisfy { (1..<listed).contains($0) })
        }
    }

    @Test("The frames of a candle equal its trades, and a closing frame ends it")
    func candleClose() async throws {
        try await Harness.with(Self.fast) { venue in
            var socket = try await venue.socket("/stream?streams=btcusdt@trade/btcusdt@kline_1m/btcusdt@kline_5m")
            var volumes: [Int64: FixedPoint] = [:]
            var closed: [(open: Int64, volume: FixedPoint, trades: Int)] = []
            var openPushes = 0
            while closed.count < 3, let frame = await socket.object() {
                let data = try #require(frame["data"] as? [String: Any])
                if let candle = data["k"] as? [String: Any] {
                    guard candle["i"] as? String == "1m" else { continue }
                    guard candle["x"] as? Bool == true else {
                        openPushes += 1
                        continue
                    }
                    let volume = try #require(FixedPoint(candle["v"] as? String ?? ""))
                    closed.append(
                        (try #require(candle["t"] as? Int64), volume, try #require(candle["n"] as? Int))
                    )
                } else {
                    let minute = try #require(data["T"] as? Int64) / 60_000 * 60_000
                    let quantity = try #require(FixedPoint(data["q"] as? String ?? ""))
                    volumes[minute] = (volumes[minute] ?? .zero).adding(quantity)
                }
            }
            // The first was under way when we came.
            #expect(closed.count == 3 && openPushes > 10)
            for candle in closed.dropFirst() { #expect(volumes[candle.open] == candle.volume && candle.trades > 0) }
        }
    }

    @Test("A book kept by the venue's rules equals a later snapshot")
    func book() async throws {
        try await Harness.with(Self.source) { venue in
            var socket = try await venue.socket("/ws/btcusdt@depth@100ms")
            let first = try #require(await socket.object())
            let snapshot = try await Self.snapshot(venue)
            var bids = snapshot.bids
            var local = snapshot.id
            #expect(local >= (first["u"] as? Int64 ?? .max))
            for _ in 0..<10 {
                let change = try #require(await socket.object())
                let last = try #require(change["u"] as? Int64)
                guard last > local else { continue }
                #expect(try #require(change["U"] as? Int64) <= local + 1)
                local = last
                for level in try #require(change["b"] as? [[String]]) {
                    bids[level[0]] = level[1] == "0.00000000" ? nil : level[1]
                }
                let later = try await Self.snapshot(venue)
                if later.id == local { #expect(later.bids == bids) }
            }
        }
    }

    private static func snapshot(_ venue: Harness) async throws -> (id: Int64, bids: [String: String]) {
        let answer = try await venue.get("/api/v3/depth?symbol=BTCUSDT&limit=1000")
        let object = try #require(answer.json as? [String: Any])
        let bids = try #require(object["bids"] as? [[String]])
        return (
            try #require(object["lastUpdateId"] as? Int64),
            Dictionary(uniqueKeysWithValues: bids.map { ($0[0], $0[1]) })
        )
    }

    @Test("A reader that does not read is cut, and costs the others nothing", .timeLimit(.minutes(2)))
    func slowReader() async throws {
        try await Harness.with(.market(seed: 42, tradesPerSecond: 40_000, assets: 60)) { venue in
            let names = SimulatedMarket(seed: 42, startingAt: SimulatedMarketTests.start, assets: 60).listings.prefix(
                60
            ).map {
                $0.symbol.text.lowercased() + "@trade"
            }
            let slow = try await venue.socket("/stream?streams=" + names.joined(separator: "/"))
            try await slow.connection.channel.setOption(ChannelOptions.autoRead, value: false).get()
            var quick = try await venue.socket("/ws/btcusdt@trade")
            while venue.simulator.openConnections > 1 { #expect(await quick.next() != nil) }
            #expect(await quick.next() != nil)
        }
    }
}

@Suite("Faults on command", .fewAtOnce, .timeLimit(.minutes(2)))
struct FaultTests {
    @Test("Dropped connections end without a close frame")
    func drop() async throws {
        try await Harness.with(BinanceSocketTests.source) { venue in
            var socket = try await venue.socket("/ws/btcusdt@trade")
            #expect(await socket.next() != nil)
            venue.simulator.dropConnections()
            #expect(try await socket.connection.closed.get().code == 1006)
        }
    }

    @Test("A shutdown is announced as an event")
    func shutdown() async throws {
        try await Harness.with(BinanceSocketTests.source) { venue in
            var socket = try await venue.socket("/ws")
            socket.send(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#)
            #expect(await socket.next() == #"{"result":[],"id":1}"#)
            venue.simulator.announceShutdown()
            let event = try #require(await socket.object())
            #expect(event["e"] as? String == "serverShutdown" && event["E"] is Int64)
        }
    }

    @Test("Garbled frames are no JSON, doubled ones come twice, delayed ones all at once")
    func frames() async throws {
        try await Harness.with(BinanceSocketTests.source) { venue in
            var socket = try await venue.socket("/ws/btcusdt@trade")
            #expect(await socket.object() != nil)
            venue.simulator.faults.garble(frames: 1)
            var garbled: String?
            while garbled == nil, let text = await socket.next() {
                if (try? JSONSerialization.jsonObject(with: Data(text.utf8))) == nil { garbled = text }
            }
            #expect(garbled?.hasPrefix(#"{"e":"trade""#) == true)
            venue.simulator.faults.duplicate(frames: 1)
            var last = ""
            while let text = await socket.next(), text != last { last = text }
            #expect(last.contains(#""e":"trade""#))
            venue.simulator.faults.delay(true)
            while venue.simulator.faults.counts[.delay, default: 0] < 10 { await Task.yield() }
            venue.simulator.faults.delay(false)
            for _ in 0..<10 { #expect(await socket.next() != nil) }
        }
    }

    @Test("A silent venue answers but sends nothing, and speaks again")
    func silence() async throws {
        try await Harness.with(BinanceSocketTests.source) { venue in
            var socket = try await venue.socket("/ws/btcusdt@trade")
            #expect(await socket.object() != nil)
            venue.simulator.faults.silence(true)
            socket.send(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#)
            // What was under way before the silence comes before the answer.
            let answer = try #require(await socket.first { $0["id"] as? Int == 1 })
            let before = MarketClock.system.now().milliseconds
            #expect(answer["result"] != nil)
            let start = try await venue.lastTradeID()
            // The frames that are kept back show that the market goes on.
            while venue.simulator.faults.counts[.silence, default: 0] < 20 { await Task.yield() }
            venue.simulator.faults.silence(false)
            let next = try #require(await socket.object())
            #expect(try #require(next["t"] as? Int64) > start)
            #expect(try #require(next["E"] as? Int64) >= before)
        }
    }
}

extension Harness {
    func lastTradeID() async throws -> Int64 {
        let rows = try await get("/api/v3/trades?symbol=BTCUSDT&limit=1").json as? [[String: Any]]
        return rows?.first?["id"] as? Int64 ?? 0
    }
}
