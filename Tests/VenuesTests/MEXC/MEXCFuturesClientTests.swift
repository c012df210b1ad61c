import Markets
import TestKit
import Testing
import Venues

@Suite("MEXC futures over REST", .fewAtOnce)
struct MEXCFuturesClientTests {
    private static let start = MarketTime(milliseconds: 1_800_000_000_000)

    private func client(_ server: CannedServer) -> MEXCFuturesClient {
        let time = TestTime(Self.start)
        return MEXCFuturesClient(
            endpoints: VenueEndpoints(rest: server.url, webSocket: ""),
            budget: RequestBudget(.mexcFutures, clock: time.clock),
            clock: time.clock
        )
    }

    private func recorded(_ file: String) throws -> [UInt8] { try Recordings.bytes("exchanges/mexc/rest/\(file)") }

    private func bitcoin() throws -> Instrument { try #require(MEXCBench.contract("BTC", "0.0001")) }

    private static func answer(_ data: String) -> String { #"{"success":true,"code":0,"data":\#(data)}"# }

    private static let listing = answer(
        #"[{"symbol":"BTC_USDT","baseCoin":"BTC","quoteCoin":"USDT","settleCoin":"USDT","futureType":1,"#
            + #""contractSize":0.0001,"priceUnit":0.1,"volUnit":1,"state":0,"apiAllowed":false},"#
            + #"{"symbol":"1000BONK_USDT","baseCoin":"1000BONK","quoteCoin":"USDT","settleCoin":"USDT","#
            + #""contractSize":1E+1,"priceUnit":1.0E-6,"volUnit":1,"state":3},"#
            + #"{"symbol":"BTC_USD","baseCoin":"BTC","quoteCoin":"USD","settleCoin":"BTC","contractSize":100,"state":0},"#
            + #"{"symbol":"ETH_USDT_0925","baseCoin":"ETH","quoteCoin":"USDT","settleCoin":"USDT","futureType":2,"#
            + #""contractSize":0.01,"state":0},{"symbol":"X_USDT","baseCoin":"X","quoteCoin":"USDT","settleCoin":"USDT","#
            + #""contractSize":0,"state":0}]"#
    )

    @Test("Linear perpetuals are listed with the coins in a contract; others and bad rows are left out")
    func listing() async throws {
        try await CannedServer.serving { _ in
            .response(200, Self.listing)
        } _: { server in
            let instruments = try await client(server).instruments()
            #expect(instruments.map(\.symbol.text) == ["BTCUSDT-PERP", "BONKUSDT-PERP"])
            #expect(instruments.map(\.isTrading) == [true, false])
            #expect(instruments.map(\.contractSize) == [Quantity("0.0001"), Quantity("10000")])
            #expect(instruments.map(\.multiplier) == [1, 1000])
            #expect(instruments.map(\.tickSize) == [Price("0.1"), Price("0.000000001")])
            #expect(instruments.map(\.lotSize) == [Quantity("0.0001"), Quantity("10000")])
            #expect(server.requests == ["/api/v1/contract/detail"])
        }
    }

    @Test("The figures of all contracts: tickers, open interest, and funding with its next time")
    func figures() async throws {
        let tickers = Self.answer(
            #"[{"symbol":"BTC_USDT","lastPrice":8,"riseFallRate":-0.2,"fairPrice":9,"indexPrice":7,"volume24":50000,"#
                + #""amount24":40,"lower24Price":6,"high24Price":12,"timestamp":1799999999000,"holdVol":20000,"#
                + #""riseFallValue":-2,"fundingRate":0.0001},{"symbol":"BTC_USD","lastPrice":8}]"#
        )
        let fundings = Self.answer(
            #"[{"symbol":"BTC_USDT","fundingRate":0.000067,"collectCycle":8,"nextSettleTime":1800000001000,"#
                + #""timestamp":1799999999500,"idxPrice":77271.6,"fairPrice":77240.4},{"symbol":"BTC_USD"}]"#
        )
        try await CannedServer.serving { target in
            if target == "/api/v1/contract/detail" { return .response(200, Self.listing) }
            return .response(200, target == "/api/v1/contract/ticker" ? tickers : fundings)
        } _: { server in
            let events = try await client(server).figures()
            #expect(
                events.map(\.payload) == [
                    try Expected.ticker(
                        "BTCUSDT-PERP",
                        last: "8",
                        open: "10",
                        high: "12",
                        low: "6",
                        base: "5",
                        quote: "40"
                    ),
                    try Expected.openInterest("BTCUSDT-PERP", "2"),
                    try Expected.funding("BTCUSDT-PERP", rate: "0.0001", mark: "9", index: "7"),
                    try Expected.funding(
                        "BTCUSDT-PERP",
                        rate: "0.000067",
                        nextAt: 1_800_000_001_000,
                        mark: "77240.4",
                        index: "77271.6"
                    ),
                ]
            )
            #expect(
                server.requests == [
                    "/api/v1/contract/detail", "/api/v1/contract/ticker", "/api/v1/contract/funding_rate",
                ]
            )
        }
    }

    @Test(
        "The recorded funding row of 2026",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func recordedFunding() async throws {
        let row = String(decoding: try recorded("futures-funding-row-2026.json"), as: UTF8.self)
        try await CannedServer.serving { target in
            if target == "/api/v1/contract/detail" { return .response(200, Self.listing) }
            return .response(200, Self.answer(target == "/api/v1/contract/ticker" ? "[]" : "[\(row)]"))
        } _: { server in
            let events = try await client(server).figures()
            #expect(
                events.map(\.payload) == [
                    try Expected.funding(
                        "BTCUSDT-PERP",
                        rate: "0.000067",
                        nextAt: 1_789_459_200_000,
                        mark: "77240.4",
                        index: "77271.6"
                    )
                ]
            )
            #expect(events.first?.exchangeTime?.milliseconds == 1_789_455_551_670)
        }
    }

    @Test(
        "The recorded book of 2022, and that of a contract that is no more",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func books() async throws {
        let alive = try recorded("futures-depth-2022.json")
        let dead = try recorded("futures-depth-delisted-2026.json")
        try await CannedServer.serving { target in
            .response(200, target.contains("BTC_USDT") ? alive : dead)
        } _: { server in
            let client = client(server)
            let bitcoin = try bitcoin()
            let market = try #require(MEXCBench.futures().market(of: bitcoin))
            let book = try await client.book(of: bitcoin, market)
            #expect(book.kind == .snapshot && book.last == 5_216_820_883 && book.isWhole)
            #expect(book.exchangeTime?.milliseconds == 1_654_328_706_778)
            #expect(
                book.asks
                    == (try Expected.levels([("29676.5", "2.0696"), ("29677", "1.9821"), ("29677.5", "5.0122")]))
            )
            #expect(
                book.bids
                    == (try Expected.levels([("29675.5", "5.9944"), ("29675", "2.9676"), ("29674.5", "1.5455")]))
            )
            #expect(server.requests == ["/api/v1/contract/depth/BTC_USDT?limit=1000"])
            let refusal = FrameRefusal(.valueOutOfRange, field: "timestamp")
            _ = await #expect(throws: VenueRequestError.undecodable(refusal)) {
                let doge = try #require(MEXCBench.contract("DOGE", "100"))
                return try await client.book(of: doge, market)
            }
        }
    }

    @Test("Candles come in columns; the last one is open until its end has passed")
    func candles() async throws {
        let body = Self.answer(
            #"{"time":[1799999880,1799999940],"open":[2,3],"close":[3,2.5],"high":[4,3.5],"low":[1,2.5],"#
                + #""vol":[70000,0],"amount":[8,0],"realOpen":[2,3]}"#
        )
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let candles = try await client(server).candles(
                of: try bitcoin(),
                interval: .oneMinute,
                from: MarketTime(milliseconds: 1_799_999_880_000),
                limit: 3
            )
            #expect(
                candles == [
                    try Expected.candle(
                        "BTCUSDT-PERP",
                        at: 1_799_999_880_000,
                        (open: "2", high: "4", low: "1", close: "3"),
                        base: "7",
                        quote: "8",
                        isClosed: true
                    ),
                    try Expected.candle(
                        "BTCUSDT-PERP",
                        at: 1_799_999_940_000,
                        (open: "3", high: "3.5", low: "2.5", close: "2.5"),
                        base: "0",
                        quote: "0",
                        isClosed: false
                    ),
                ]
            )
            #expect(
                server.requests == [
                    "/api/v1/contract/kline/BTC_USDT?interval=Min1&start=1799999880&end=1800000000"
                ]
            )
        }
    }

    @Test(
        "Columns that do not fit together refuse the answer",
        arguments: [
            (
                #"{"time":[1799999880],"open":[2,3],"close":[3],"high":[4],"low":[1],"vol":[7],"amount":[8]}"#,
                FrameRefusal(.contradiction, field: "open")
            ),
            (
                #"{"time":[1799999880],"open":[2],"close":[3],"high":[4],"low":[1],"vol":[7]}"#,
                FrameRefusal(.fieldMissing, field: "amount")
            ),
            (
                #"{"time":[5],"open":[2],"close":[3],"high":[4],"low":[1],"vol":[7],"amount":[8]}"#,
                FrameRefusal(.valueOutOfRange, field: "time")
            ),
            (
                #"{"time":[1799999880],"open":[2],"close":[3],"high":[4],"low":[1],"vol":[-7],"amount":[8]}"#,
                FrameRefusal(.valueOutOfRange, field: "vol")
            ),
        ]
    )
    func badCandles(data: String, refusal: FrameRefusal) async throws {
        try await CannedServer.serving { _ in
            .response(200, Self.answer(data))
        } _: { server in
            _ = await #expect(throws: VenueRequestError.undecodable(refusal)) {
                try await client(server).candles(of: try bitcoin(), interval: .oneMinute)
            }
        }
    }

    @Test(
        "A refusal inside a good answer is told by its code",
        arguments: [
            (
                #"{"success":false,"code":510,"message":"Requests are too frequent"}"#,
                VenueRequestError.rateLimited(retryAfterSeconds: 2)
            ),
            (#"{"success":false,"code":1001,"message":"Contract does not exist"}"#, .refused(status: 200, code: 1001)),
            (#"{"success":true,"code":0}"#, .undecodable(FrameRefusal(.fieldMissing, field: "data"))),
            ("[]", .undecodable(FrameRefusal(.shapeUnknown))),
        ]
    )
    func refusals(body: String, error: VenueRequestError) async throws {
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            _ = await #expect(throws: error) { try await client(server).instruments() }
        }
    }
}
