import Foundation
import Markets
import TestKit
import Testing
import Venues

@Suite("Binance USD-M over REST", .fewAtOnce)
struct BinanceUSDMClientTests {
    private static let start = MarketTime(milliseconds: 1_800_000_000_000)

    private func client(_ server: CannedServer) -> BinanceUSDMClient {
        let time = TestTime(Self.start)
        return BinanceUSDMClient(
            endpoints: VenueEndpoints(rest: server.url, webSocket: ""),
            budget: RequestBudget(.binanceUSDM, clock: time.clock),
            clock: time.clock
        )
    }

    private func recorded(_ file: String) throws -> [UInt8] { try Recordings.bytes("exchanges/binance/rest/\(file)") }

    private func bitcoin() throws -> Instrument { try #require(BinanceUSDMBench.instrument("BTC")) }

    private static let listing =
        #"{"serverTime":1799999999000,"symbols":[{"symbol":"BTCUSDT","contractType":"PERPETUAL","status":"TRADING","#
        + #""baseAsset":"BTC","quoteAsset":"USDT","filters":[{"filterType":"PRICE_FILTER","tickSize":"0.10"},"#
        + #"{"filterType":"LOT_SIZE","stepSize":"0.001"}]},{"symbol":"1000PEPEUSDT","contractType":"PERPETUAL","#
        + #""status":"SETTLING","baseAsset":"1000PEPE","quoteAsset":"USDT","filters":[{"filterType":"PRICE_FILTER","#
        + #""tickSize":"0.0000001"},{"filterType":"LOT_SIZE","stepSize":"1"}]},{"symbol":"BTCUSDT_260925","#
        + #""contractType":"CURRENT_QUARTER","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT"},"#
        + #"{"symbol":"X","contractType":"PERPETUAL"}]}"#

    @Test("Perpetuals are listed, a bundle as what it bundles; dated contracts and bad rows are left out")
    func listing() async throws {
        try await CannedServer.serving { _ in
            .response(200, Self.listing)
        } _: { server in
            let instruments = try await client(server).instruments()
            #expect(instruments.map(\.symbol.text) == ["BTCUSDT-PERP", "PEPEUSDT-PERP"])
            #expect(instruments.map(\.isTrading) == [true, false])
            let pepe = try #require(instruments.last)
            #expect(pepe.base == "PEPE" && pepe.multiplier == 1000 && pepe.venueSymbol == "1000PEPEUSDT")
            #expect(pepe.tickSize == Price("0.0000000001") && pepe.lotSize == Quantity("1000"))
            #expect(pepe.contractSize == nil)
            #expect(server.requests == ["/fapi/v1/exchangeInfo"])
        }
    }

    /// Counted and summed with Python from the same file.
    @Test(
        "The whole listing of 2021: 119 perpetuals, one of them a bundle",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func listing2021() async throws {
        let body = try recorded("usdm-exchangeInfo-full-2021.json.gz")
        try await CannedServer.serving { _ in
            .response(200, body)
        } _: { server in
            let instruments = try await client(server).instruments()
            #expect(instruments.count == 119)
            #expect(instruments.allSatisfy { $0.isTrading && $0.symbol.isPerpetual })
            #expect(instruments.count { $0.quote == "USDT" } == 117)
            #expect(instruments.filter { $0.multiplier != 1 }.map(\.symbol.text) == ["SHIBUSDT-PERP"])
            let ticks = instruments.compactMap { $0.tickSize?.value }.reduce(FixedPoint.zero) { $0.adding($1) ?? $0 }
            let lots = instruments.compactMap { $0.lotSize?.value }.reduce(FixedPoint.zero) { $0.adding($1) ?? $0 }
            #expect(ticks == FixedPoint("1.684477001"))
            #expect(lots == FixedPoint("1069.175"))
        }
    }

    @Test(
        "The book and the open interest of 2022",
        .enabled(if: SharedData.isPresent, Recordings.missing)
    )
    func recordings2022() async throws {
        let depth = try recorded("usdm-depth-2022.json")
        let interest = try recorded("usdm-openInterest-2022.json")
        try await CannedServer.serving { target in
            .response(200, target.contains("depth") ? depth : interest)
        } _: { server in
            let client = client(server)
            let bitcoin = try bitcoin()
            let market = try #require(BinanceUSDMBench.dialect(.public).market(of: bitcoin))
            let book = try await client.book(of: bitcoin, market)
            #expect(book.kind == .snapshot && book.last == 1_570_255_790_655)
            #expect(
                book.bids
                    == (try Expected.levels([("30430.8", "0.482"), ("30430", "0.012"), ("30429.9", "0.001")]))
            )
            #expect(
                book.asks
                    == (try Expected.levels([("30430.9", "1.685"), ("30431", "0.001"), ("30431.3", "0.361")]))
            )
            let event = try await client.openInterest(of: bitcoin)
            #expect(event.payload == (try Expected.openInterest("BTCUSDT-PERP", "84617.188")))
            #expect(event.exchangeTime?.milliseconds == 1_654_336_844_754)
            #expect(
                server.requests == [
                    "/fapi/v1/depth?symbol=BTCUSDT&limit=1000", "/fapi/v1/openInterest?symbol=BTCUSDT",
                ]
            )
        }
    }

    @Test("Open interest of another market than the one asked about is refused")
    func strangeInterest() async throws {
        try await CannedServer.serving { _ in
            .response(200, #"{"symbol":"ETHUSDT","openInterest":"1","time":1654336844754}"#)
        } _: { server in
            _ = await #expect(throws: VenueRequestError.undecodable(FrameRefusal(.contradiction, field: "symbol"))) {
                try await client(server).openInterest(of: try bitcoin())
            }
        }
    }

    @Test("The figures of all markets: tickers of those that traded, and funding, in coins and not in bundles")
    func figures() async throws {
        let tickers =
            #"[{"symbol":"BTCUSDT","lastPrice":"4","openPrice":"9","highPrice":"10","lowPrice":"1","volume":"5","#
            + #""quoteVolume":"15.3","openTime":1799913599000,"closeTime":1799999999000},{"symbol":"1000PEPEUSDT","#
            + #""lastPrice":"4","openPrice":"9","highPrice":"10","lowPrice":"1","volume":"5","quoteVolume":"15.3","#
            + #""closeTime":1799999999000},{"symbol":"BTCUSDT_260925","lastPrice":"1"},{"symbol":"BTCUSDT"}]"#
        let premium =
            #"[{"symbol":"1000PEPEUSDT","markPrice":"2.5","indexPrice":"2.25","lastFundingRate":"0.0001","#
            + #""nextFundingTime":1800000001000,"time":1799999999000},{"symbol":"BTCUSDT_260925","markPrice":"1"},"#
            + #"{"symbol":"BTCUSDT","markPrice":"4","indexPrice":"","lastFundingRate":"","nextFundingTime":0,"#
            + #""time":1799999999000}]"#
        try await CannedServer.serving { target in
            if target.hasPrefix("/fapi/v1/exchangeInfo") { return .response(200, Self.listing) }
            return .response(200, target.hasPrefix("/fapi/v1/premiumIndex") ? premium : tickers)
        } _: { server in
            let events = try await client(server).figures()
            #expect(
                events.map(\.payload) == [
                    try Expected.ticker(
                        "BTCUSDT-PERP",
                        last: "4",
                        open: "9",
                        high: "10",
                        low: "1",
                        base: "5",
                        quote: "15.3"
                    ),
                    try Expected.ticker(
                        "PEPEUSDT-PERP",
                        last: "0.004",
                        open: "0.009",
                        high: "0.01",
                        low: "0.001",
                        base: "5000",
                        quote: "15.3"
                    ),
                    try Expected.funding(
                        "PEPEUSDT-PERP",
                        rate: "0.0001",
                        nextAt: 1_800_000_001_000,
                        mark: "0.0025",
                        index: "0.00225"
                    ),
                    try Expected.funding("BTCUSDT-PERP", rate: nil, mark: "4"),
                ]
            )
            #expect(events.allSatisfy { $0.exchangeTime?.milliseconds == 1_799_999_999_000 })
            #expect(
                server.requests == ["/fapi/v1/exchangeInfo", "/fapi/v1/ticker/24hr", "/fapi/v1/premiumIndex"]
            )
        }
    }

    @Test("Candles of a bundle are of one coin, and the last one is open until its end has passed")
    func candles() async throws {
        // The minutes that begin two minutes and one minute before the tests' time.
        let rows = [1_799_999_880_000, 1_799_999_940_000].map { time in
            #"[\#(time),"2","4","1","3","7",\#(time + 59_999),"8",9,"0","0","0"]"#
        }
        try await CannedServer.serving { _ in
            .response(200, "[\(rows.joined(separator: ","))]")
        } _: { server in
            let pepe = try #require(
                BinanceUSDMBench.instrument("PEPE", listed: "1000PEPEUSDT", multiplier: 1000)
            )
            let candles = try await client(server).candles(
                of: pepe,
                interval: .oneMinute,
                from: MarketTime(milliseconds: 1_799_999_880_000),
                limit: 99
            )
            #expect(candles.map(\.isClosed) == [true, false])
            #expect(candles.map(\.trades) == [9, 9])
            #expect(candles.first?.high == Price("0.004") && candles.first?.volume == Quantity("7000"))
            #expect(candles.first?.quoteVolume == Money("8"))
            #expect(
                server.requests == [
                    "/fapi/v1/klines?symbol=1000PEPEUSDT&interval=1m&limit=99&startTime=1799999880000"
                ]
            )
        }
    }
}
