import Foundation
import Markets
import TestKit
import Testing
import Venues

@Suite("Bybit over REST", .fewAtOnce)
struct BybitClientTests {
    private static let start = MarketTime(milliseconds: 1_800_000_000_000)

    private func client(_ server: CannedServer, time: TestTime = TestTime(Self.start)) -> BybitClient {
        BybitClient(
            endpoints: VenueEndpoints(rest: server.url, webSocket: ""),
            budget: RequestBudget(limit: 1000, clock: time.clock),
            clock: time.clock
        )
    }

    private func recorded(_ file: String) throws -> [UInt8] { try Recordings.bytes("exchanges/bybit/rest/\(file)") }

    private func bitcoin() throws -> Instrument { try #require(BybitBench.instrument("BTCUSDT-PERP", "BTCUSDT")) }

    private static func answer(_ rows: String, page: String = "") -> String {
        #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","list":[\#(rows)],"nextPageCursor":"\#(page)"},"#
            + #""retExtInfo":{},"time":1786820637599}"#
    }

    @Test(
        "Candles of 2026, newest first, are turned round; the newest is open",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func candles() async throws {
        let body = try recorded("linear-kline60-2026.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let candles = try await client(server).candles(of: try bitcoin(), interval: .oneHour)
            #expect(
                candles == [
                    try Expected.candle(
                        "BTCUSDT-PERP",
                        .oneHour,
                        at: 1_786_816_800_000,
                        (open: "63044.4", high: "63089.6", low: "63000.1", close: "63027.8"),
                        base: "385.721",
                        quote: "24314058.6517",
                        isClosed: true
                    ),
                    try Expected.candle(
                        "BTCUSDT-PERP",
                        .oneHour,
                        at: 1_786_820_400_000,
                        (open: "63027.8", high: "63032.3", low: "63027.7", close: "63032.3"),
                        base: "4.591",
                        quote: "289363.9178",
                        isClosed: false
                    ),
                ]
            )
            #expect(server.requests == ["/v5/market/kline?category=linear&symbol=BTCUSDT&interval=60&limit=1000"])
        }
    }

    @Test("Open interest of 2026 counts one side", .enabled(if: SharedData.isPresent, Recordings.missing))
    func openInterest() async throws {
        let body = try recorded("linear-open-interest-2026.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let events = try await client(server).openInterest(of: try bitcoin(), limit: 2)
            #expect(
                events.map(\.payload) == [
                    try Expected.openInterest("BTCUSDT-PERP", "32520.784"),
                    try Expected.openInterest("BTCUSDT-PERP", "32496.027"),
                ]
            )
            #expect(events.map { $0.exchangeTime?.milliseconds } == [1_786_816_800_000, 1_786_820_400_000])
        }
    }

    @Test("Funding rates of 2026, oldest first", .enabled(if: SharedData.isPresent, Recordings.missing))
    func funding() async throws {
        let body = try recorded("linear-funding-history-2026.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let events = try await client(server).fundingHistory(of: try bitcoin())
            #expect(
                events.map(\.payload) == [
                    try Expected.funding("BTCUSDT-PERP", rate: "0.00004737"),
                    try Expected.funding("BTCUSDT-PERP", rate: "0.00004403"),
                ]
            )
            #expect(events.map { $0.exchangeTime?.milliseconds } == [1_786_780_800_000, 1_786_809_600_000])
        }
    }

    @Test(
        "The recorded risk limits, which lack the wrapper, are no answer",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func withoutWrapper() async throws {
        let body = try recorded("linear-risk-limit-testnet-2026.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let client = client(server)
            await #expect(throws: VenueRequestError.undecodable(FrameRefusal(.shapeUnknown))) {
                try await client.fundingHistory(of: try bitcoin())
            }
        }
    }

    private static func linear(_ name: String, _ base: String, _ quote: String = "USDT", _ more: String = "") -> String
    {
        #"{"symbol":"\#(name)","contractType":"LinearPerpetual","status":"Trading","baseCoin":"\#(base)","#
            + #""quoteCoin":"\#(quote)","priceFilter":{"minPrice":"0.10","tickSize":"0.10"},"#
            + #""lotSizeFilter":{"qtyStep":"0.001"}\#(more)}"#
    }

    @Test("A listing is read page by page; bundles are undone, dated futures and doubles left out")
    func linearListing() async throws {
        let first = [
            Self.linear("BTCUSDT", "BTC"), Self.linear("BTCPERP", "BTC", "USDC"),
            Self.linear("BTCUSDT-26DEC25", "BTC").replacingOccurrences(of: "LinearPerpetual", with: "LinearFutures"),
            Self.linear("1000PEPEUSDT", "1000PEPE"), Self.linear("SHIB1000USDT", "SHIB1000"), "{}",
        ]
        let second = [
            Self.linear("1000000MOGUSDT", "1000000MOG").replacingOccurrences(of: "Trading", with: "Closed"),
            Self.linear("MOGUSDT", "MOG"), Self.linear("1INCHUSDT", "1INCH"),
            Self.linear("BIOUSDT", "BIO").replacingOccurrences(of: "Trading", with: "PreLaunch"),
            Self.linear(#"BAD\"USDT"#, "BAD"), Self.linear("100USDT", "100"),
        ]
        try await CannedServer.serving { target in
            target.contains("cursor")
                ? .response(200, Self.answer(second.joined(separator: ",")))
                : .response(200, Self.answer(first.joined(separator: ","), page: "first%3DBTC&x"))
        } _: { server in
            let instruments = try await client(server).instruments(.linear)
            #expect(
                instruments.map(\.symbol.text) == [
                    "BTCUSDT-PERP", "BTCUSDC-PERP", "PEPEUSDT-PERP", "SHIBUSDT-PERP", "MOGUSDT-PERP", "1INCHUSDT-PERP",
                    "BIOUSDT-PERP", "100USDT-PERP",
                ]
            )
            #expect(instruments.map(\.multiplier) == [1, 1, 1000, 1000, 1, 1, 1, 1])
            #expect(instruments.map(\.venueSymbol)[4] == "MOGUSDT")
            #expect(instruments.filter { !$0.isTrading }.map(\.base) == ["BIO"])
            let pepe = instruments[2]
            #expect(pepe.base == "PEPE" && pepe.quote == "USDT" && pepe.contractSize == nil)
            #expect(pepe.tickSize == Price("0.0001") && pepe.lotSize == Quantity("1"))
            #expect(
                server.requests == [
                    "/v5/market/instruments-info?category=linear&limit=1000",
                    "/v5/market/instruments-info?category=linear&limit=1000&cursor=first%253DBTC%26x",
                ]
            )
        }
    }

    @Test("A cursor that never ends is not followed for ever")
    func endlessCursor() async throws {
        let page = Counter()
        try await CannedServer.serving { _ in
            .response(200, Self.answer(Self.linear("BTCUSDT", "BTC"), page: "page\(page.next())"))
        } _: { server in
            let instruments = try await client(server).instruments(.linear)
            #expect(instruments.count == 1)
            #expect(server.requests.count == 20)
        }
    }

    @Test("Spot comes on one page, with steps of its own, and no name is taken apart")
    func spotListing() async throws {
        let row =
            #"{"symbolId":9,"symbol":"BTCUSDT","baseCoin":"BTC","quoteCoin":"USDT","status":"Trading","#
            + #""lotSizeFilter":{"basePrecision":"0.000001","minOrderQty":"0.000011"},"priceFilter":{"tickSize":"0.1"}}"#
        let bundle = row.replacingOccurrences(of: "BTC", with: "1000SATS")
        try await CannedServer.serving { _ in
            .response(200, Self.answer(row + "," + bundle))
        } _: { server in
            let instruments = try await client(server).instruments(.spot)
            #expect(instruments.map(\.symbol.text) == ["BTCUSDT", "1000SATSUSDT"])
            #expect(instruments[0].tickSize == Price("0.1") && instruments[0].lotSize == Quantity("0.000001"))
            #expect(instruments[1].multiplier == 1)
            #expect(server.requests == ["/v5/market/instruments-info?category=spot"])
        }
    }

    @Test("One answer brings the figures of all markets listed, asking for the listing first")
    func dayTickers() async throws {
        let tickers = [
            #"{"symbol":"BTCUSDT","lastPrice":"100","prevPrice24h":"80","price24hPcnt":"0.25","highPrice24h":"110","#
                + #""lowPrice24h":"70","openInterest":"60","singleOpenInterest":"30","turnover24h":"4500","#
                + #""volume24h":"50","fundingRate":"0.0001","nextFundingTime":"1680681600000","bid1Price":"99","#
                + #""bid1Size":"1","ask1Price":"101","ask1Size":"2","markPrice":"100.5","indexPrice":"100.4"}"#,
            #"{"symbol":"BTCUSDT-26DEC25","lastPrice":"100"}"#,
        ]
        try await CannedServer.serving { target in
            let rows = target.contains("tickers") ? tickers.joined(separator: ",") : Self.linear("BTCUSDT", "BTC")
            return .response(200, Self.answer(rows))
        } _: { server in
            let events = try await client(server).dayTickers(.linear)
            #expect(
                events.map(\.payload) == [
                    try Expected.ticker(
                        "BTCUSDT-PERP",
                        last: "100",
                        open: "80",
                        high: "110",
                        low: "70",
                        base: "50",
                        quote: "4500"
                    ),
                    try Expected.quote("BTCUSDT-PERP", bid: ("99", "1"), ask: ("101", "2")),
                    try Expected.openInterest("BTCUSDT-PERP", "30"),
                    try Expected.funding(
                        "BTCUSDT-PERP",
                        rate: "0.0001",
                        nextAt: 1_680_681_600_000,
                        mark: "100.5",
                        index: "100.4"
                    ),
                ]
            )
            #expect(events.first?.exchangeTime?.milliseconds == 1_786_820_637_599)
            #expect(server.requests.last == "/v5/market/tickers?category=linear" && server.requests.count == 2)
        }
    }

    @Test("A book over REST is a snapshot")
    func book() async throws {
        let body =
            #"{"retCode":0,"retMsg":"OK","result":{"s":"BTCUSDT","a":[["65557.7","16.6"]],"b":[["65485.4","47.08"],"#
            + #"["65480","1"]],"ts":1716863719031,"u":230704,"seq":1432604333,"cts":1716863718905},"#
            + #""retExtInfo":{},"time":1716863719382}"#
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let book = try await client(server).book(of: try bitcoin(), levels: 9999)
            #expect(book.kind == .snapshot && book.last == 230_704 && book.symbol.text == "BTCUSDT-PERP")
            #expect(book.exchangeTime?.milliseconds == 1_716_863_719_031)
            #expect(book.bids == (try Expected.levels([("65485.4", "47.08"), ("65480", "1")])))
            #expect(book.asks == (try Expected.levels([("65557.7", "16.6")])))
            #expect(server.requests == ["/v5/market/orderbook?category=linear&symbol=BTCUSDT&limit=500"])
        }
    }

    @Test("Of a range longer than one answer the oldest part is asked for")
    func range() async throws {
        try await CannedServer.serving { _ in
            .response(200, Self.answer(""))
        } _: { server in
            let hour = MarketTime(milliseconds: 1_786_816_800_000)
            let client = client(server)
            let late = hour.adding(milliseconds: 86_400_000)
            let spot = try #require(BybitBench.instrument("ETHUSDT", "ETHUSDT"))
            _ = try await client.candles(of: spot, interval: .oneHour, from: hour, to: late, limit: 3)
            let soon = hour.adding(milliseconds: 1)
            _ = try await client.candles(of: spot, interval: .oneDay, from: soon, to: late)
            #expect(
                server.requests == [
                    "/v5/market/kline?category=spot&symbol=ETHUSDT&interval=60&limit=3&start=1786816800000"
                        + "&end=1786824000000",
                    "/v5/market/kline?category=spot&symbol=ETHUSDT&interval=D&limit=1000&start=1786816800001"
                        + "&end=1786903200000",
                ]
            )
        }
    }

    static let refusals: [(status: Int, body: String, error: VenueRequestError)] = [
        (
            200, #"{"retCode":10001,"retMsg":"Illegal category","result":{},"time":1}"#,
            .refused(status: 200, code: 10001)
        ),
        (200, #"{"retCode":10006,"retMsg":"Too many visits!","result":{}}"#, .rateLimited(retryAfterSeconds: 5)),
        (200, #"{"retCode":10018,"retMsg":"Exceeded the IP Rate Limit"}"#, .rateLimited(retryAfterSeconds: 5)),
        (200, "", .undecodable(FrameRefusal(.malformed))),
        (200, "<html></html>", .undecodable(FrameRefusal(.malformed))),
        (200, "[]", .undecodable(FrameRefusal(.shapeUnknown))),
        (200, #"{"retCode":"0","result":{"list":[]}}"#, .undecodable(FrameRefusal(.shapeUnknown))),
        (200, #"{"retCode":0,"result":{}}"#, .undecodable(FrameRefusal(.shapeUnknown, field: "list"))),
        (200, #"{"retCode":0,"result":[]}"#, .undecodable(FrameRefusal(.shapeUnknown, field: "result"))),
        (200, answer("5"), .undecodable(FrameRefusal(.shapeUnknown))),
        (200, answer(#"["1786816800000","1","1"]"#), .undecodable(FrameRefusal(.shapeUnknown))),
        (
            200, answer(#"["1786816800000","1","1","2","1","1","1"]"#),
            .undecodable(FrameRefusal(.contradiction))
        ),
        (
            200, answer(#"["1786816800000","1","1","1","1","1","1"],["1786816800000","1","1","1","1","1","1"]"#),
            .undecodable(FrameRefusal(.contradiction))
        ),
        (
            200, answer(#"[1786816800000,"1","1","1","1","1","1"]"#),
            .undecodable(FrameRefusal(.fieldWrongType, field: "0"))
        ),
        (
            200, answer(#"["1786816800000","1","1","1","NaN","1","1"]"#),
            .undecodable(FrameRefusal(.decimalInvalid, field: "4"))
        ),
        (500, "", .refused(status: 500, code: nil)),
    ]

    @Test("Every other answer is an error that says what is true", arguments: refusals)
    func refused(status: Int, body: String, error: VenueRequestError) async throws {
        try await CannedServer.serving { _ in
            .response(status, body)
        } _: { server in
            let client = client(server)
            await #expect(throws: error) { try await client.candles(of: try bitcoin(), interval: .oneHour) }
        }
    }

    @Test("Told that it asks too often, it asks no more for the venue's window")
    func slowsDown() async throws {
        let asked = Counter()
        try await CannedServer.serving { _ in
            asked.next() == 1
                ? .response(200, #"{"retCode":10006,"retMsg":"Too many visits!","result":{}}"#)
                : .response(200, Self.answer(""))
        } _: { server in
            let time = TestTime(Self.start)
            let client = client(server, time: time)
            await #expect(throws: VenueRequestError.rateLimited(retryAfterSeconds: 5)) {
                try await client.fundingHistory(of: try bitcoin())
            }
            let rates = try await client.fundingHistory(of: try bitcoin())
            #expect(rates.isEmpty)
            #expect(time.slept == [.seconds(5)])
        }
    }
}
