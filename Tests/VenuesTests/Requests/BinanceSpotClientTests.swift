import Foundation
import Markets
import Synchronization
import TestKit
import Testing
import Venues

@Suite("Binance spot over REST", .fewAtOnce)
struct BinanceSpotClientTests {
    private static let start = MarketTime(milliseconds: 1_800_000_000_000)

    private func client(_ server: CannedServer, time: TestTime? = nil, timeout: Double = 20) -> BinanceSpotClient {
        let time = time ?? TestTime(Self.start)
        return BinanceSpotClient(
            endpoints: VenueEndpoints(rest: server.url, webSocket: "ws://127.0.0.1:1"),
            budget: RequestBudget(.binanceSpot, clock: time.clock),
            clock: time.clock,
            timeoutSeconds: timeout
        )
    }

    private func instrument(_ name: String = "BTCUSDT") throws -> Instrument {
        Instrument(
            venue: .binance,
            symbol: try #require(Symbol(name)),
            venueSymbol: name,
            base: String(name.dropLast(4)),
            quote: "USDT",
            tickSize: nil,
            lotSize: nil,
            isTrading: true
        )
    }

    /// A small request whose answer `[]` is a good one.
    private func ask(_ client: BinanceSpotClient) async throws {
        _ = try await client.candles(of: try instrument(), interval: .oneMinute)
    }

    private static func listing(_ rows: [(name: String, base: String)]) -> String {
        let rows = rows.map { row in
            #"{"symbol":"\#(row.name)","status":"TRADING","baseAsset":"\#(row.base)","quoteAsset":"USDT","filters":["#
                + #"{"filterType":"PRICE_FILTER","tickSize":"0.00000100"},{"filterType":"LOT_SIZE","stepSize":"1.0"}]}"#
        }
        return #"{"symbols":[\#(rows.joined(separator: ","))]}"#
    }

    private func recorded(_ file: String) throws -> [UInt8] {
        try Recordings.bytes("exchanges/binance/rest/\(file)")
    }

    @Test(
        "The listing of 2026: steps, state, and the venue's clock",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func listing2026() async throws {
        let body = try recorded("spot-exchangeInfo-BTCUSDT-2026.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let instrument = Instrument(
                venue: .binance,
                symbol: try #require(Symbol("BTCUSDT")),
                venueSymbol: "BTCUSDT",
                base: "BTC",
                quote: "USDT",
                tickSize: Price("0.01"),
                lotSize: Quantity("0.00001"),
                isTrading: true
            )
            #expect(try await client(server).instruments() == [instrument])
            #expect(server.requests == ["/api/v3/exchangeInfo?showPermissionSets=false"])
        }
    }

    /// Counted with Python from the same file.
    @Test(
        "The whole listing of 2021: 1,695 markets of which 1,262 traded",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func listing2021() async throws {
        let body = try recorded("spot-exchangeInfo-full-2021.json.gz")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let instruments = try await client(server).instruments()
            #expect(instruments.count == 1695)
            #expect(instruments.count { $0.isTrading } == 1262)
            #expect(instruments.count { $0.isTrading && $0.quote == "USDT" } == 315)
            let steps = instruments.compactMap { $0.tickSize?.value }.reduce(FixedPoint.zero) { $0.adding($1) ?? $0 }
            #expect(steps == FixedPoint("75.85354812"))
        }
    }

    @Test(
        "The 24-hour figures of 2026: a ticker and a quote per market",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func dayTickers() async throws {
        let body = try recorded("spot-ticker24hr-2026.json")
        let listing = Self.listing([("BTCUSDT", "BTC"), ("ETHUSDT", "ETH")])
        try await CannedServer.serving { target in
            target.hasPrefix("/api/v3/ticker") ? .response(200, body) : .response(200, listing)
        } _: { server in
            let events = try await client(server).dayTickers()
            let bitcoin = try #require(Symbol("BTCUSDT"))
            let ticker = Ticker(
                symbol: bitcoin,
                last: try #require(Price("84705.64")),
                open24h: try #require(Price("84500.84")),
                high24h: try #require(Price("85037.63")),
                low24h: try #require(Price("84422.01")),
                baseVolume: try #require(Quantity("6808.4635")),
                quoteVolume: try #require(Money("576562556.5317222"))
            )
            let quote = Quote(
                symbol: bitcoin,
                bid: try #require(Price("84705.63")),
                bidQuantity: try #require(Quantity("5.70625")),
                ask: try #require(Price("84705.64")),
                askQuantity: try #require(Quantity("0.51621"))
            )
            #expect(events.count == 4)
            #expect(events.prefix(2).map(\.payload) == [.ticker(ticker), .quote(quote)])
            #expect(events.first?.exchangeTime?.milliseconds == 1_791_062_225_001)
            #expect(events.first?.receivedTime == Self.start)
            // The venue says 0.242 %.
            let change = try #require(ticker.changePercent24h)
            #expect(abs(change - 0.242) < 0.001)
        }
    }

    @Test("A bundle is listed, priced and charted as what is in it; of a coin listed twice the plain one stays")
    func bundles() async throws {
        let listing = Self.listing([("1000SATSUSDT", "1000SATS"), ("1000CATUSDT", "1000CAT"), ("CATUSDT", "CAT")])
        let ticker = #"""
            [{"symbol":"1000SATSUSDT","lastPrice":"0.00025","openPrice":"0.0002","highPrice":"0.0003",
              "lowPrice":"0.0001","volume":"40","quoteVolume":"0.01","bidPrice":"0.00024","bidQty":"3",
              "askPrice":"0.00026","askQty":"5","closeTime":1791062225001}]
            """#
        let candle = #"[[1790985600000,"0.002","0.003","0.001","0.002","5",1790985659999,"9",4,"1","1","0"]]"#
        try await CannedServer.serving { target in
            if target.hasPrefix("/api/v3/ticker") { return .response(200, ticker) }
            return .response(200, target.hasPrefix("/api/v3/klines") ? candle : listing)
        } _: { server in
            let client = client(server)
            let instruments = try await client.instruments()
            #expect(instruments.map(\.symbol.text) == ["SATSUSDT", "CATUSDT"])
            #expect(instruments.map(\.venueSymbol) == ["1000SATSUSDT", "CATUSDT"])
            let sats = try #require(instruments.first)
            #expect(sats.base == "SATS" && sats.multiplier == 1000)
            #expect(sats.tickSize == Price("0.000000001") && sats.lotSize == Quantity("1000"))
            let events = try await client.dayTickers()
            guard case .ticker(let day) = events.first?.payload, case .quote(let quote) = events.last?.payload else {
                Issue.record("no ticker and quote: \(events)")
                return
            }
            #expect(day.last == Price("0.00000025") && day.baseVolume == Quantity("40000"))
            #expect(day.quoteVolume == Money("0.01"))
            #expect(quote.bid == Price("0.00000024") && quote.askQuantity == Quantity("5000"))
            let candles = try await client.candles(of: sats, interval: .oneMinute)
            #expect(candles.map(\.high) == [Price("0.000003")] && candles.map(\.volume) == [Quantity("5000")])
            #expect(server.requests.last?.contains("symbol=1000SATSUSDT&") == true)
        }
    }

    /// Sums computed with Python's `decimal` from the same file.
    @Test(
        "A week of quarter hours over the crash of October 2025",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func klines() async throws {
        let body = try recorded("spot-klines-15m-BTCUSDT-2025.json.gz")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let candles = try await client(server)
                .candles(of: try instrument(), interval: .fifteenMinutes, limit: 5000)
            #expect(candles.count == 672)
            #expect(candles.first?.openTime.milliseconds == 1_759_708_800_000)
            #expect(candles.last?.openTime.milliseconds == 1_760_312_700_000)
            #expect(candles.map(\.trades).reduce(0, +) == 41_128_142)
            let volume = candles.reduce(FixedPoint.zero) { $0.adding($1.volume.value) ?? $0 }
            #expect(volume == FixedPoint("211576.35922300"))
            let turnover = candles.reduce(FixedPoint.zero) { $0.adding($1.quoteVolume.value) ?? $0 }
            #expect(turnover == FixedPoint("24741882589.1566663"))
            #expect(candles.map(\.low).min() == Price("102000"))
            #expect(candles.map(\.high).max() == Price("126199.63"))
            #expect(candles.allSatisfy { $0.isClosed })
            #expect(server.requests == ["/api/v3/klines?symbol=BTCUSDT&interval=15m&limit=1000"])
        }
    }

    /// The last row of the recording closes at 1791071999999.
    static let clocks: [(now: Int64, isClosed: Bool)] = [
        (1_791_062_226_000, false), (1_791_072_000_000, false), (1_791_072_002_001, true),
    ]

    @Test(
        "The last candle is closed once its time has surely passed",
        .enabled(if: SharedData.isPresent, Recordings.missing),
        arguments: clocks
    )
    func lastCandle(now: Int64, isClosed: Bool) async throws {
        let body = try recorded("spot-klines-1d-2026.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let client = client(server, time: TestTime(MarketTime(milliseconds: now)))
            let candles = try await client.candles(of: try instrument(), interval: .oneDay)
            #expect(candles.map(\.isClosed) == [true, isClosed])
            #expect(candles.first?.close == Price("84518.01"))
        }
    }

    @Test("Whether the last candle is closed goes by the venue's clock once it is known")
    func venueClock() async throws {
        let row = #"[[1790985600000,"2","3","1","2","5",1790985659999,"9",4,"1","1","0"]]"#
        let info = #"{"serverTime":1790985630000,"symbols":[]}"#
        try await CannedServer.serving { target in
            .response(200, target.hasPrefix("/api/v3/klines") ? row : info)
        } _: { server in
            // Our clock is years ahead of the venue's, which has the minute half over.
            let client = client(server)
            let bitcoin = try instrument()
            #expect(try await client.candles(of: bitcoin, interval: .oneMinute).map(\.isClosed) == [true])
            #expect(try await client.instruments() == [])
            #expect(try await client.candles(of: bitcoin, interval: .oneMinute).map(\.isClosed) == [false])
        }
    }

    @Test("A range and a name in another script are asked for as the venue wants them")
    func query() async throws {
        try await CannedServer.serving { _ in
            .response(200, "[]")
        } _: { server in
            let candles = try await client(server).candles(
                of: try instrument("币USDT"),
                interval: .oneHour,
                from: MarketTime(milliseconds: 5),
                to: MarketTime(milliseconds: 7),
                limit: 0
            )
            #expect(candles.isEmpty)
            let target = "/api/v3/klines?symbol=%E5%B8%81USDT&interval=1h&limit=1&startTime=5&endTime=7"
            #expect(server.requests == [target])
        }
    }

    static let refusals: [(status: Int, headers: [String: String], body: String, error: VenueRequestError)] = [
        (429, ["Retry-After": "7"], "{}", .rateLimited(retryAfterSeconds: 7)),
        (429, [:], "{}", .rateLimited(retryAfterSeconds: 60)),
        (418, ["Retry-After": "99999999"], "{}", .banned(retryAfterSeconds: 259_200)),
        (418, ["Retry-After": "soon"], "", .banned(retryAfterSeconds: 120)),
        (400, [:], #"{"code":-1121,"msg":"Invalid symbol."}"#, .refused(status: 400, code: -1121)),
        (403, [:], "<html>", .refused(status: 403, code: nil)),
        (451, [:], #"{"code":0,"msg":"restricted location"}"#, .refused(status: 451, code: 0)),
        (503, [:], "", .refused(status: 503, code: nil)),
        (301, ["Location": "http://127.0.0.1:9/"], "", .refused(status: 301, code: nil)),
        (200, [:], "", .undecodable(FrameRefusal(.malformed))),
        (200, [:], "<html></html>", .undecodable(FrameRefusal(.malformed))),
        (200, [:], "{}", .undecodable(FrameRefusal(.shapeUnknown))),
        (200, [:], "[[1,2,3]]", .undecodable(FrameRefusal(.shapeUnknown))),
        (200, [:], "[5]", .undecodable(FrameRefusal(.shapeUnknown))),
        (
            200, [:], #"[[1790899200000,"1","1","2","1","1",1790985599999,"1",1]]"#,
            .undecodable(FrameRefusal(.contradiction))
        ),
        (
            200, [:], #"[["1790899200000","1","1","1","1","1",1790985599999,"1",1]]"#,
            .undecodable(FrameRefusal(.fieldWrongType, field: "0"))
        ),
        (
            200, [:], #"[[1790899200000,"1","1","1","1","1e5",1790985599999,"1",1]]"#,
            .undecodable(FrameRefusal(.decimalInvalid, field: "5"))
        ),
    ]

    @Test("Every other answer is an error that says what is true", arguments: refusals)
    func refused(status: Int, headers: [String: String], body: String, error: VenueRequestError) async throws {
        try await CannedServer.serving { _ in
            .response(status, headers: headers, body)
        } _: { server in
            let client = client(server)
            await #expect(throws: error) {
                try await client.candles(of: try instrument(), interval: .oneDay)
            }
        }
    }

    @Test("Told to stay away, it asks no more until then")
    func staysAway() async throws {
        try await CannedServer.serving { _ in
            .response(418, headers: ["Retry-After": "600"], "{}")
        } _: { server in
            let time = TestTime(Self.start)
            let client = client(server, time: time)
            await #expect(throws: VenueRequestError.banned(retryAfterSeconds: 600)) { try await ask(client) }
            await #expect(throws: VenueRequestError.budgetExhausted(retryAfterSeconds: 600)) { try await ask(client) }
            #expect(server.requests.count == 1)
        }
    }

    @Test("A short order to stay away is waited for")
    func waits() async throws {
        let asked = Counter()
        try await CannedServer.serving { _ in
            asked.next() == 1 ? .response(429, headers: ["Retry-After": "5"], "{}") : .response(200, "[]")
        } _: { server in
            let time = TestTime(Self.start)
            let client = client(server, time: time)
            await #expect(throws: VenueRequestError.rateLimited(retryAfterSeconds: 5)) { try await ask(client) }
            try await ask(client)
            #expect(time.slept == [.seconds(5)])
        }
    }

    @Test("The venue's count of used weight is taken over")
    func usedWeight() async throws {
        try await CannedServer.serving { _ in
            .response(200, headers: ["x-mbx-used-weight-1m": "4790"], "[]")
        } _: { server in
            let time = TestTime(Self.start)
            let client = client(server, time: time)
            try await ask(client)
            #expect(time.slept.isEmpty)
            await #expect(throws: VenueRequestError.undecodable(FrameRefusal(.shapeUnknown, field: "symbols"))) {
                try await client.instruments()
            }
            #expect(time.slept == [.seconds(60)], "20 more would pass 4,800: it waits for the next minute")
        }
    }

    @Test("An answer that says or shows itself too long is not read to its end")
    func tooLong() async throws {
        let limit = 1 << 20
        let announced = CannedServer.Reply(
            bytes: Array("HTTP/1.1 200 OK\r\nContent-Length: \(limit + 1)\r\n\r\n".utf8),
            closes: false
        )
        try await CannedServer.serving { _ in
            announced
        } _: { server in
            let client = client(server)
            await #expect(throws: VenueRequestError.bodyTooLarge(limit: limit)) { try await ask(client) }
        }
        let endless = CannedServer.Reply(
            bytes: Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + [UInt8](repeating: 0x20, count: limit + 1),
            closes: false
        )
        try await CannedServer.serving { _ in
            endless
        } _: { server in
            let client = client(server)
            await #expect(throws: VenueRequestError.bodyTooLarge(limit: limit)) { try await ask(client) }
        }
    }

    static let hangs: [String] = [
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
    ]

    @Test("An answer that hangs anywhere is given up in time", arguments: hangs)
    func hanging(bytes: String) async throws {
        try await CannedServer.serving { _ in
            CannedServer.Reply(bytes: Array(bytes.utf8), closes: false)
        } _: { server in
            let client = client(server, timeout: 0.3)
            await #expect(throws: VenueRequestError.timedOut) { try await ask(client) }
        }
    }

    static let cuts: [String] = ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", "hello\r\n\r\n"]

    @Test("An answer cut off, or no HTTP at all, is no answer", arguments: cuts)
    func cutOff(bytes: String) async throws {
        try await CannedServer.serving { _ in
            CannedServer.Reply(bytes: Array(bytes.utf8))
        } _: { server in
            let client = client(server)
            await #expect(throws: VenueRequestError.unreachable) { try await ask(client) }
        }
    }

    @Test("Reachability: one answer in time of any venue, and nothing else")
    func reachability() async throws {
        let nobody = "http://127.0.0.1:1/"
        #expect(await !VenueReachability.anyAnswers([nobody, nobody]))
        #expect(await !VenueReachability.anyAnswers([]))
        try await CannedServer.serving { _ in
            .response(200, "{}")
        } _: { server in
            #expect(await VenueReachability.anyAnswers([nobody, server.url + "/api/v3/ping"]))
            #expect(server.requests == ["/api/v3/ping"])
        }
        try await CannedServer.serving { _ in
            .response(451, "{}")
        } _: { server in
            #expect(await !VenueReachability.anyAnswers([server.url]))
        }
        try await CannedServer.serving { _ in
            CannedServer.Reply(bytes: [], closes: false)
        } _: { server in
            #expect(await !VenueReachability.anyAnswers([server.url], within: 0.2))
        }
    }
}

/// Counts calls.
final class Counter: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
