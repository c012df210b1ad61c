import Foundation
import Markets
import TestKit
import Testing
import Venues

@Suite("OKX over REST", .fewAtOnce)
struct OKXClientTests {
    private static let start = MarketTime(milliseconds: 1_800_000_000_000)

    private func client(_ server: CannedServer, time: TestTime = TestTime(Self.start)) -> OKXClient {
        OKXClient(
            endpoints: VenueEndpoints(rest: server.url, webSocket: ""),
            budget: RequestBudget(limit: 1000, clock: time.clock),
            clock: time.clock
        )
    }

    private func recorded(_ file: String) throws -> [UInt8] { try Recordings.bytes("exchanges/okx/rest/\(file)") }

    private func swap() throws -> Instrument {
        try #require(OKXBench.instrument("BTCUSDT-PERP", "BTC-USDT-SWAP", contract: "0.01"))
    }

    private static func answer(_ rows: String) -> String { #"{"code":"0","msg":"","data":[\#(rows)]}"# }

    @Test(
        "The swap record of 2026: contract size, and steps in base",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func swapRecord() async throws {
        let record = String(decoding: try recorded("instrument-swap-record-2026.json"), as: UTF8.self)
        try await CannedServer.serving { _ in
            .response(200, Self.answer(record))
        } _: { server in
            let instrument = Instrument(
                venue: .okx,
                symbol: try #require(Symbol("BTCUSDT-PERP")),
                venueSymbol: "BTC-USDT-SWAP",
                base: "BTC",
                quote: "USDT",
                tickSize: Price("0.1"),
                lotSize: Quantity("0.0001"),
                contractSize: Quantity("0.01"),
                isTrading: true
            )
            #expect(try await client(server).instruments(.swap) == [instrument])
            #expect(server.requests == ["/api/v5/public/instruments?instType=SWAP"])
        }
    }

    /// Counted with Python from the same files.
    @Test("The whole listings of 2022", .enabled(if: SharedData.isPresent, Recordings.missing))
    func listings2022() async throws {
        let spot = try recorded("instruments-spot-full-2022.json.gz")
        let swap = try recorded("instruments-swap-full-2022.json.gz")
        try await CannedServer.serving { target in
            .response(200, target.hasSuffix("SPOT") ? spot : swap)
        } _: { server in
            let client = client(server)
            let markets = try await client.instruments(.spot)
            #expect(markets.count == 513 && markets.allSatisfy { $0.isTrading })
            #expect(markets.count { $0.quote == "USDT" } == 350)
            #expect(markets.allSatisfy { $0.contractSize == nil && !$0.symbol.isPerpetual })
            let swaps = try await client.instruments(.swap)
            #expect(swaps.count == 126 && swaps.allSatisfy { $0.quote == "USDT" && $0.symbol.isPerpetual })
            let sizes = swaps.compactMap(\.contractSize?.value).reduce(FixedPoint.zero) { $0.adding($1) ?? $0 }
            #expect(sizes == FixedPoint("2005104466.1511"))
            let steps = markets.compactMap(\.tickSize?.value).reduce(FixedPoint.zero) { $0.adding($1) ?? $0 }
            #expect(steps == FixedPoint("2.449145119545"))
        }
    }

    @Test(
        "Dated futures are no swaps, whichever contracts they name",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func futures2022() async throws {
        let futures = try recorded("instruments-futures-full-2022.json.gz")
        try await CannedServer.serving { _ in
            .response(200, futures)
        } _: { server in
            let instruments = try await client(server).instruments(.swap)
            #expect(instruments.isEmpty)
        }
    }

    @Test("A listing without a base, of another contract, or with a name that could end a request is left out")
    func oddListing() async throws {
        let good =
            #"{"instId":"X-USDT-SWAP","ctType":"linear","ctVal":"10","ctMult":"2","ctValCcy":"X","instFamily":"X-USDT","#
            + #""lotSz":"1","tickSz":"0.5","state":"suspend"}"#
        let rows = [
            good, "{}", good.replacingOccurrences(of: #""ctValCcy":"X""#, with: #""ctValCcy":"USDT""#),
            good.replacingOccurrences(of: #""X-USDT","#, with: #""X-USD_UM","#),
            good.replacingOccurrences(of: "X-USDT-SWAP", with: #"X\"-SWAP"#),
            good.replacingOccurrences(of: "linear", with: "inverse"),
            good.replacingOccurrences(of: #""ctVal":"10""#, with: #""ctVal":"""#),
        ]
        try await CannedServer.serving { _ in
            .response(200, Self.answer(rows.joined(separator: ",")))
        } _: { server in
            let instruments = try await client(server).instruments(.swap)
            try #require(instruments.count == 1)
            #expect(instruments[0].symbol.text == "XUSDT-PERP" && !instruments[0].isTrading)
            #expect(instruments[0].contractSize == Quantity("20") && instruments[0].lotSize == Quantity("20"))
        }
    }

    @Test(
        "Candles of 2026, newest first, are turned round; the newest is open",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func candles2026() async throws {
        let body = try recorded("swap-candles-1H-2026.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let candles = try await client(server).candles(of: try swap(), interval: .oneHour)
            #expect(
                candles == [
                    try Expected.candle(
                        "BTCUSDT-PERP",
                        .oneHour,
                        at: 1_786_816_800_000,
                        (open: "63045.5", high: "63081.5", low: "63013.7", close: "63028"),
                        base: "321.0118",
                        quote: "20234523.14448",
                        isClosed: true
                    ),
                    try Expected.candle(
                        "BTCUSDT-PERP",
                        .oneHour,
                        at: 1_786_820_400_000,
                        (open: "63028", high: "63032.2", low: "63028", close: "63032.2"),
                        base: "8.618",
                        quote: "543180.43308",
                        isClosed: false
                    ),
                ]
            )
            #expect(server.requests == ["/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=1H&limit=300"])
        }
    }

    @Test("Candles of 2025, spread over lines", .enabled(if: SharedData.isPresent, Recordings.missing))
    func candles2025() async throws {
        let body = try recorded("swap-candles-1m-2025.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let candles = try await client(server).candles(of: try swap(), interval: .oneMinute)
            #expect(candles.map(\.openTime.milliseconds) == [1_747_093_980_000, 1_747_094_040_000])
            #expect(candles.map(\.close) == [Price("102806.1"), Price("102820.4")])
            #expect(candles.map(\.volume) == [Quantity("71.6404"), Quantity("10.4037")])
            #expect(candles.map(\.quoteVolume) == [Money("7364701.57952"), Money("1069603.34883")])
            #expect(candles.allSatisfy { $0.isClosed })
        }
    }

    @Test("Of a range longer than one answer the oldest part is asked for, both ends exclusive")
    func range() async throws {
        try await CannedServer.serving { _ in
            .response(200, Self.answer(""))
        } _: { server in
            let hour = MarketTime(milliseconds: 1_786_816_800_000)
            let late = hour.adding(milliseconds: 86_400_000)
            _ = try await client(server).candles(of: try swap(), interval: .oneHour, from: hour, to: late, limit: 3)
            #expect(
                server.requests == [
                    "/api/v5/market/history-candles?instId=BTC-USDT-SWAP&bar=1H&limit=3&before=1786816799999"
                        + "&after=1786824000001"
                ]
            )
        }
    }

    @Test(
        "Open interest: of 2022 none of ours, of 2026 counted from contracts",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func openInterest() async throws {
        let record = String(decoding: try recorded("instrument-swap-record-2026.json"), as: UTF8.self)
        let answers = try ["open-interest-2022.json", "swap-open-interest-2026.json"].map { try recorded($0) }
        let asked = Counter()
        try await CannedServer.serving { target in
            target.contains("instruments")
                ? .response(200, Self.answer(record)) : .response(200, answers[asked.next() - 1])
        } _: { server in
            let client = client(server)
            let inverse = try await client.openInterest()
            #expect(inverse.isEmpty)
            let events = try await client.openInterest()
            // 3,384,273.06000001729 contracts of 0.01.
            #expect(events.map(\.payload) == [try Expected.openInterest("BTCUSDT-PERP", "33842.7306000001729")])
            #expect(events.first?.exchangeTime?.milliseconds == 1_786_820_650_933)
            #expect(server.requests.count == 3, "the listing is asked for once")
        }
    }

    @Test("Funding rates of 2026, oldest first", .enabled(if: SharedData.isPresent, Recordings.missing))
    func fundingHistory() async throws {
        let body = try recorded("swap-funding-rate-history-2026.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let events = try await client(server).fundingHistory(of: try swap())
            #expect(
                events.map(\.payload) == [
                    try Expected.funding("BTCUSDT-PERP", rate: "0.0000765914290582"),
                    try Expected.funding("BTCUSDT-PERP", rate: "0.0000647375951599"),
                ]
            )
            #expect(events.map { $0.exchangeTime?.milliseconds } == [1_786_780_800_000, 1_786_809_600_000])
        }
    }

    @Test("The recorded refusal of 2026 is the venue's code", .enabled(if: SharedData.isPresent, Recordings.missing))
    func unknownInstrument() async throws {
        let body = try recorded("error-51001-2026.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let client = client(server)
            await #expect(throws: VenueRequestError.refused(status: 200, code: 51001)) {
                try await client.funding(of: try swap())
            }
        }
    }

    @Test(
        "Books of 2022, of spot in coins and of a swap in contracts",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func books() async throws {
        let answers = try Recordings.lines("exchanges/okx/rest/books-2022.jsonl")
        let asked = Counter()
        try await CannedServer.serving { _ in
            .response(200, answers[asked.next() - 1])
        } _: { server in
            let client = client(server)
            let spot = try await client.book(of: try #require(OKXBench.instrument("BTCUSDT", "BTC-USDT")))
            #expect(spot.kind == .snapshot && spot.exchangeTime?.milliseconds == 1_654_328_918_680)
            let bids = [("29692.4", "0.43986254"), ("29691.2", "0.33792"), ("29690", "0.39370474")]
            #expect(spot.bids == (try Expected.levels(bids)))
            let contracts = try await client.book(of: try swap(), levels: 3)
            let asks = [("29701.7", "0.02"), ("29702.9", "0.19"), ("29703.4", "0.2")]
            #expect(contracts.asks == (try Expected.levels(asks)) && contracts.bids.count == 3)
            #expect(
                server.requests == [
                    "/api/v5/market/books?instId=BTC-USDT&sz=400", "/api/v5/market/books?instId=BTC-USDT-SWAP&sz=3",
                ]
            )
        }
    }

    @Test("Trades of 2025, oldest first", .enabled(if: SharedData.isPresent, Recordings.missing))
    func trades() async throws {
        let body = try recorded("spot-trades-2025.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let spot = try #require(OKXBench.instrument("BTCUSDT", "BTC-USDT"))
            let events = try await client(server).trades(of: spot)
            #expect(
                events.map(\.payload) == [
                    try Expected.trade("BTCUSDT", 734_864_332, "102537.9", "0.0000125", .buy),
                    try Expected.trade("BTCUSDT", 734_864_333, "102537.9", "0.00013669", .sell),
                ]
            )
            #expect(events.map { $0.exchangeTime?.milliseconds } == [1_747_087_161_666, 1_747_087_163_557])
        }
    }

    @Test(
        "The recorded margin tiers are no answer about markets",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func tiers() async throws {
        let body = try recorded("position-tiers-tier1-2026.json")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let client = client(server)
            await #expect(throws: VenueRequestError.undecodable(FrameRefusal(.symbolInvalid, field: "instId"))) {
                try await client.instruments(.spot)
            }
        }
    }

    @Test("One answer brings the figures of all markets listed")
    func dayTickers() async throws {
        let listing =
            #"{"instId":"BTC-USDT","baseCcy":"BTC","quoteCcy":"USDT","lotSz":"0.00000001","tickSz":"0.1","state":"live"}"#
        let ticker =
            #"{"instType":"SPOT","instId":"BTC-USDT","last":"100","askPx":"101","askSz":"2","bidPx":"99","bidSz":"1","#
            + #""open24h":"90","high24h":"110","low24h":"80","volCcy24h":"5000","vol24h":"50","ts":"1790358564077"}"#
        let rows = ticker + "," + ticker.replacingOccurrences(of: "BTC-USDT", with: "NEW-USDT") + ",{}"
        try await CannedServer.serving { target in
            .response(200, Self.answer(target.contains("tickers") ? rows : listing))
        } _: { server in
            let events = try await client(server).dayTickers(.spot)
            #expect(
                events.map(\.payload) == [
                    try Expected.ticker(
                        "BTCUSDT",
                        last: "100",
                        open: "90",
                        high: "110",
                        low: "80",
                        base: "50",
                        quote: "5000"
                    ),
                    try Expected.quote("BTCUSDT", bid: ("99", "1"), ask: ("101", "2")),
                ]
            )
            #expect(
                server.requests == [
                    "/api/v5/public/instruments?instType=SPOT", "/api/v5/market/tickers?instType=SPOT",
                ]
            )
        }
    }

    static let refusals: [(status: Int, body: String, error: VenueRequestError)] = [
        (200, #"{"code":"50011","msg":"Too Many Requests","data":[]}"#, .rateLimited(retryAfterSeconds: 2)),
        (200, #"{"code":"51000","msg":"Parameter bar error","data":[]}"#, .refused(status: 200, code: 51000)),
        (200, "", .undecodable(FrameRefusal(.malformed))),
        (200, "<html></html>", .undecodable(FrameRefusal(.malformed))),
        (200, "[]", .undecodable(FrameRefusal(.shapeUnknown))),
        (200, #"{"code":0,"data":[]}"#, .undecodable(FrameRefusal(.shapeUnknown))),
        (200, #"{"code":"0","msg":""}"#, .undecodable(FrameRefusal(.shapeUnknown, field: "data"))),
        (200, answer("5"), .undecodable(FrameRefusal(.shapeUnknown))),
        (200, answer(#"["1786816800000","1","1"]"#), .undecodable(FrameRefusal(.fieldMissing, field: "8"))),
        (
            200, answer(#"["1786816800000","1","1","2","1","1","1","1","1"]"#),
            .undecodable(FrameRefusal(.contradiction))
        ),
        (
            200,
            answer(
                #"["1786816800000","1","1","1","1","1","1","1","1"],["1786820400000","1","1","1","1","1","1","1","1"]"#
            ),
            .undecodable(FrameRefusal(.contradiction))
        ),
        (400, #"{"code":"51001","msg":"no","data":[]}"#, .refused(status: 400, code: 51001)),
        (500, "", .refused(status: 500, code: nil)),
    ]

    @Test("Every other answer is an error that says what is true", arguments: refusals)
    func refused(status: Int, body: String, error: VenueRequestError) async throws {
        try await CannedServer.serving { _ in
            .response(status, body)
        } _: { server in
            let client = client(server)
            await #expect(throws: error) { try await client.candles(of: try swap(), interval: .oneHour) }
        }
    }
}
