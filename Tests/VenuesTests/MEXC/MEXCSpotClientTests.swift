import Markets
import TestKit
import Testing
import Venues

@Suite("MEXC spot over REST", .fewAtOnce)
struct MEXCSpotClientTests {
    private static let start = MarketTime(milliseconds: 1_800_000_000_000)

    private func client(_ server: CannedServer) -> MEXCSpotClient {
        let time = TestTime(Self.start)
        return MEXCSpotClient(
            endpoints: VenueEndpoints(rest: server.url, webSocket: ""),
            budget: RequestBudget(.mexcSpot, clock: time.clock),
            clock: time.clock
        )
    }

    private func bitcoin() throws -> Instrument { try #require(MEXCBench.instrument("BTCUSDT", "BTCUSDT")) }

    private static let listing =
        #"{"timezone":"CST","serverTime":1799999999000,"rateLimits":[],"symbols":[{"symbol":"BTCUSDT","status":"1","#
        + #""baseAsset":"BTC","baseAssetPrecision":8,"quoteAsset":"USDT","quotePrecision":2,"isSpotTradingAllowed":false,"#
        + #""baseSizePrecision":"0.000001"},{"symbol":"OLDUSDT","status":"3","baseAsset":"OLD","quoteAsset":"USDT"},"#
        + #"{"symbol":"AAPLXUSDT","status":"1","baseAsset":"AAPLX","baseAssetPrecision":3,"quotePrecision":2}]}"#

    @Test("Markets are listed with the steps that their precisions stand for; a row without a quote asset is left out")
    func listing() async throws {
        try await CannedServer.serving { _ in
            .response(200, Self.listing)
        } _: { server in
            let instruments = try await client(server).instruments()
            #expect(instruments.map(\.symbol.text) == ["BTCUSDT", "OLDUSDT"])
            #expect(instruments.map(\.isTrading) == [true, false])
            #expect(instruments.map(\.tickSize) == [Price("0.01"), nil])
            #expect(instruments.map(\.lotSize) == [Quantity("0.00000001"), nil])
            #expect(instruments.allSatisfy { $0.venue == .mexc && $0.contractSize == nil && $0.multiplier == 1 })
            #expect(server.requests == ["/api/v3/exchangeInfo"])
        }
    }

    @Test("The percent of the figures is a fraction, so the change is computed; empty quantities give no quote")
    func dayTickers() async throws {
        func row(_ symbol: String, _ quantity: String) -> String {
            #"{"symbol":"\#(symbol)","priceChange":"184.34","priceChangePercent":"0.00400048","lastPrice":"46263.71","#
                + #""bidPrice":"46260.38","bidQty":"\#(quantity)","askPrice":"46260.41","askQty":"0.1","#
                + #""openPrice":"46079.37","highPrice":"47550.01","lowPrice":"45555.5","volume":"1732.461487","#
                + #""quoteVolume":"80123456.7","openTime":1799913599000,"closeTime":1799999999000,"count":null}"#
        }
        let rows = "[\(row("BTCUSDT", "0.02")),\(row("OLDUSDT", "")),\(row("NEWUSDT", "1")),{\"symbol\":\"BTCUSDT\"}]"
        try await CannedServer.serving { target in
            .response(200, target == "/api/v3/exchangeInfo" ? Self.listing : rows)
        } _: { server in
            let events = try await client(server).dayTickers()
            func ticker(_ symbol: String) throws -> MarketEvent.Payload {
                try Expected.ticker(
                    symbol,
                    last: "46263.71",
                    open: "46079.37",
                    high: "47550.01",
                    low: "45555.5",
                    base: "1732.461487",
                    quote: "80123456.7"
                )
            }
            #expect(
                events.map(\.payload) == [
                    try ticker("BTCUSDT"),
                    try Expected.quote("BTCUSDT", bid: ("46260.38", "0.02"), ask: ("46260.41", "0.1")),
                    try ticker("OLDUSDT"),
                ]
            )
            #expect(events.allSatisfy { $0.exchangeTime?.milliseconds == 1_799_999_999_000 })
            guard case .ticker(let first) = events.first?.payload else { return }
            #expect(abs((first.changePercent24h ?? 0) - 0.400048) < 0.0001)
        }
    }

    @Test("A book is a picture with its version, whole when it is shorter than what was asked")
    func book() async throws {
        let body =
            #"{"lastUpdateId":1377043284,"bids":[["30225.99","0.001558"],["30225","2"]],"asks":[["30226","0.15"]],"#
            + #""timestamp":1799999999000}"#
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let bitcoin = try bitcoin()
            let market = try #require(MEXCBench.spot().market(of: bitcoin))
            let book = try await client(server).book(of: bitcoin, market)
            #expect(book.kind == .snapshot && book.first == 1_377_043_284 && book.last == 1_377_043_284)
            #expect(book.bids == (try Expected.levels([("30225.99", "0.001558"), ("30225", "2")])))
            #expect(book.asks == (try Expected.levels([("30226", "0.15")])))
            #expect(book.isWhole && book.exchangeTime?.milliseconds == 1_799_999_999_000)
            #expect(server.requests == ["/api/v3/depth?symbol=BTCUSDT&limit=1000"])
        }
    }

    @Test("Candles of eight columns; the last one is open until its end has passed")
    func candles() async throws {
        let rows = [1_799_992_800_000, 1_799_996_400_000].map { time in
            #"[\#(time),"2","4","1","3","7",\#(time + 3_600_000),"8"]"#
        }
        try await CannedServer.serving { _ in
            .response(200, "[\(rows.joined(separator: ","))]")
        } _: { server in
            let candles = try await client(server).candles(
                of: try bitcoin(),
                interval: .oneHour,
                from: MarketTime(milliseconds: 1_799_992_800_000),
                limit: 5000
            )
            func candle(_ time: Int64, _ isClosed: Bool) throws -> Candle {
                try Expected.candle(
                    "BTCUSDT",
                    .oneHour,
                    at: time,
                    (open: "2", high: "4", low: "1", close: "3"),
                    base: "7",
                    quote: "8",
                    isClosed: isClosed
                )
            }
            #expect(candles == [try candle(1_799_992_800_000, true), try candle(1_799_996_400_000, false)])
            #expect(
                server.requests == [
                    "/api/v3/klines?symbol=BTCUSDT&interval=60m&limit=1000&startTime=1799992800000"
                ]
            )
        }
    }

    @Test(
        "A candle out of order, cut short or impossible refuses the whole answer",
        arguments: [
            (#"[[1799996400000,"2","4","1","3","7",1,"8"],[1799992800000,"2","4","1","3","7",1,"8"]]"#, .contradiction),
            (#"[[1799996400000,"2","4","1","3","7",1]]"#, .shapeUnknown),
            (#"[[1799996400000,"5","4","1","3","7",1,"8"]]"#, .contradiction),
            (#"[[1799996400001,"2","4","1","3","7",1,"8"]]"#, .valueOutOfRange),
            (#"{"code":-1121,"msg":"Invalid symbol."}"#, .shapeUnknown),
        ] as [(String, FrameRefusal.Reason)]
    )
    func badCandles(body: String, reason: FrameRefusal.Reason) async throws {
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            _ = await #expect(throws: VenueRequestError.undecodable(FrameRefusal(reason))) {
                try await client(server).candles(of: try bitcoin(), interval: .oneHour)
            }
        }
    }
}
