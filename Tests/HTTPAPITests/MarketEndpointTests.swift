import APIContract
import Foundation
import MarketFeed
import Markets
import NIOCore
import NIOHTTP1
import TestKit
import Testing

@Suite("Market endpoints", .timeLimit(.minutes(2)))
struct MarketEndpointTests {
    private static let paths = [
        "/market/tickers", "/market/tickers?exchange=binance&quote=USDT&sort=change&limit=1", "/market/ticker/BTCUSDT",
        "/market/orderbook/BTCUSDT", "/market/orderbook/BTCUSDT?exchange=okx&depth=5", "/market/candles/BTCUSDT",
        "/market/liquidations/BTCUSDT-PERP", "/market/exchanges",
    ]

    @Test("Every answer has a tag, is private, and is 304 without a body for whoever has it", arguments: paths)
    func tags(path: String) async throws {
        try await LiveAPI.serving { api in
            try MarketSamples.fill(api)
            let token = try api.token()
            let first = try await api.get("/api/v1" + path, token: token)
            #expect(first.status == 200)
            let tag = try #require(first.header("ETag"))
            #expect(first.header("Cache-Control")?.hasPrefix("private") == true)
            let second = try await api.get(
                "/api/v1" + path,
                token: token,
                headers: ["If-None-Match": "\"x\", W/\(tag)"]
            )
            #expect(second.status == 304)
            #expect(second.header("ETag") == tag)
            #expect(second.body.readableBytes == 0)
            let other = try await api.get("/api/v1" + path, token: token, headers: ["If-None-Match": "\"x\""])
            #expect(other.status == 200)
            #expect(try await api.get("/api/v1" + path).status == 401)
        }
    }

    @Test("A changed book or price has another tag")
    func changedTag() async throws {
        try await LiveAPI.serving { api in
            try MarketSamples.fill(api)
            let token = try api.token()
            for path in ["/market/orderbook/BTCUSDT?exchange=okx", "/market/ticker/BTCUSDT"] {
                let before = try await api.get("/api/v1" + path, token: token).header("ETag")
                api.clock.advance(milliseconds: 200)
                try MarketSamples.move(api)
                #expect(try await api.get("/api/v1" + path, token: token).header("ETag") != before)
            }
        }
    }

    @Test(
        "Every wrong parameter is named at once",
        arguments: [
            ("tickers?exchange=nyse&quote=usdt&sort=price&limit=0", ["exchange", "limit", "quote", "sort"]),
            ("tickers?limit=5001", ["limit"]), ("tickers?quote=A%22B", ["quote"]),
            ("orderbook/BTCUSDT?exchange=x&depth=101", ["depth", "exchange"]), ("orderbook/NONE?depth=0", ["depth"]),
            ("orderbook/BTCUSDT?depth=5&depth=6", ["depth"]),
            (
                "candles/BTCUSDT?exchange=x&interval=2m&from=1&to=z&limit=1001",
                ["exchange", "from", "interval", "limit", "to"]
            ),
            ("candles/BTCUSDT?from=1700000000000&to=1700000000000", ["to"]),
            ("liquidations/BTCUSDT-PERP?limit=101&exchange=", ["exchange", "limit"]),
        ]
    )
    func wrong(path: String, fields: [String]) async throws {
        try await LiveAPI.serving { api in
            try MarketSamples.fill(api)
            let answer = try await api.get("/api/v1/market/" + path, token: try api.token())
            #expect(answer.status == 422)
            let problem = try answer.decoded(ProblemDetails.self)
            #expect(problem.errors?.map(\.field).sorted() == fields)
        }
    }

    @Test(
        "A symbol that nobody lists, or not that venue, is 404",
        arguments: [
            "ticker/XXXUSDT", "ticker/btcusdt", "orderbook/XXXUSDT", "orderbook/BTCUSDT?exchange=mexc",
            "candles/XXXUSDT", "candles/BTCUSDT?exchange=mexc", "liquidations/XXXUSDT-PERP",
        ]
    )
    func unknown(path: String) async throws {
        try await LiveAPI.serving { api in
            try MarketSamples.fill(api)
            let answer = try await api.get("/api/v1/market/" + path, token: try api.token())
            #expect(answer.status == 404)
            #expect(answer.code == "symbol_unknown")
        }
    }

    @Test("Escapes that are no letters, and bytes that nobody writes, are malformed", arguments: ["%ff", "a%00b"])
    func noSymbol(symbol: String) async throws {
        try await LiveAPI.serving { api in
            let head = "GET /api/v1/market/ticker/\(symbol) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            let answer = try await RawRequest.send(
                head + "Authorization: Bearer \(try api.token())\r\n\r\n",
                port: api.port
            )
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(answer.contains("malformed_request"))
        }
    }

    @Test("Letters outside ASCII reach the symbol they name")
    func otherLetters() async throws {
        try await LiveAPI.serving { api in
            try MarketSamples.fill(api)
            let answer = try await api.get(
                "/api/v1/market/ticker/%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT",
                token: try api.token()
            )
            #expect(try answer.decoded(TickerView.self).symbol == "币安人生USDT")
        }
    }

    @Test("Books, liquidations, candles and venues read as the contract says")
    func contract() async throws {
        try await LiveAPI.serving { api in
            try MarketSamples.fill(api)
            let token = try api.token()
            func get<View: Decodable>(_ path: String, _ type: View.Type) async throws -> View {
                try await api.get("/api/v1/market/" + path, token: token).decoded(type)
            }
            let merged = try await get("orderbook/BTCUSDT?depth=2", OrderBookView.self)
            #expect(merged.exchange == "aggregated" && merged.state == "live")
            #expect(merged.bids.map(\.price) == ["99", "98.5"])
            #expect(merged.bids.first?.venues == ["binance": "1", "okx": "2"])
            #expect(merged.exchanges?.map(\.exchange) == ["binance", "okx"])
            let okx = try await get("orderbook/BTCUSDT?exchange=okx&depth=1", OrderBookView.self)
            #expect(okx.bids.map(\.quantity) == ["2"])
            #expect(okx.exchanges == nil && okx.bids.first?.venues == nil)
            let page = try await get("liquidations/BTCUSDT-PERP", LiquidationPageView.self)
            #expect(page.recent.map(\.side) == ["long"])
            #expect(page.recent.map(\.notional) == ["200"])
            #expect(page.totals.map(\.completeness) == ["complete", "complete", "complete"])
            #expect(try await get("candles/BTCUSDT?limit=1", CandlePageView.self).symbol == "BTCUSDT")
            let venues = try await get("exchanges", [ExchangeStateView].self)
            #expect(venues.map(\.exchange) == ["binance", "bybit", "okx"])
            #expect(venues.first?.books.live == 1)
            let perpetual = try await get("ticker/BTCUSDT-PERP", TickerView.self)
            #expect(perpetual.openInterest == "12" && perpetual.exchanges.first?.funding?.rate == "0.0001")
        }
    }
}

extension APIAnswer {
    func decoded<View: Decodable>(_ type: View.Type) throws -> View {
        try JSONDecoder().decode(type, from: Data(body.readableBytesView))
    }
}

/// A small market over three venues.
private enum MarketSamples {
    static func fill(_ api: LiveAPI) throws {
        let sink = api.feed.sink
        for (venue, symbols) in [
            (Venue.binance, ["BTCUSDT", "币安人生USDT"]), (.okx, ["BTCUSDT"]), (.bybit, ["BTCUSDT-PERP"]),
        ] {
            sink.instruments(venue, try symbols.map { try instrument($0, on: venue) })
            for text in symbols { sink.receive([event(.ticker(try ticker(text, last: "100")), on: venue, api)]) }
        }
        sink.receive([event(.book(try book(["99": "1", "98.5": "4"], ["101": "1"])), on: .binance, api)])
        sink.receive([event(.book(try book(["99": "2"], ["101": "3"])), on: .okx, api)])
        let perpetual = try symbol("BTCUSDT-PERP")
        let quantity = try #require(Quantity("2"))
        sink.receive([
            event(
                .openInterest(OpenInterest(symbol: perpetual, quantity: try #require(Quantity("12")))),
                on: .bybit,
                api
            ),
            event(.funding(Funding(symbol: perpetual, rate: FixedPoint("0.0001"))), on: .bybit, api),
            event(
                .liquidation(
                    Liquidation(symbol: perpetual, side: .long, price: try #require(Price("100")), quantity: quantity)
                ),
                on: .bybit,
                api
            ),
        ])
    }

    static func move(_ api: LiveAPI) throws {
        api.feed.sink.receive([event(.ticker(try ticker("BTCUSDT", last: "101")), on: .okx, api)])
        api.feed.sink.receive([event(.book(try book(["98": "2"], ["101": "3"])), on: .okx, api)])
    }

    private static func symbol(_ text: String) throws -> Symbol { try #require(Symbol(text)) }

    private static func event(_ payload: MarketEvent.Payload, on venue: Venue, _ api: LiveAPI) -> MarketEvent {
        let now = MarketTime(milliseconds: api.clock.milliseconds)
        return MarketEvent(venue: venue, exchangeTime: now, receivedTime: now, payload: payload)
    }

    private static func instrument(_ text: String, on venue: Venue) throws -> Instrument {
        Instrument(
            venue: venue,
            symbol: try symbol(text),
            venueSymbol: text,
            base: "BTC",
            quote: "USDT",
            tickSize: nil,
            lotSize: nil,
            isTrading: true
        )
    }

    private static func ticker(_ text: String, last: String) throws -> Ticker {
        let price = try #require(Price(last))
        return Ticker(
            symbol: try symbol(text),
            last: price,
            open24h: price,
            high24h: price,
            low24h: price,
            baseVolume: try #require(Quantity("1")),
            quoteVolume: try #require(Money("100"))
        )
    }

    private static func book(
        _ bids: KeyValuePairs<String, String>,
        _ asks: KeyValuePairs<String, String>
    ) throws -> BookUpdate {
        func levels(_ texts: KeyValuePairs<String, String>) throws -> [BookLevel] {
            try texts.map { BookLevel(price: try #require(Price($0.key)), quantity: try #require(Quantity($0.value))) }
        }
        return BookUpdate(
            symbol: try symbol("BTCUSDT"),
            kind: .snapshot,
            bids: try levels(bids),
            asks: try levels(asks),
            sequence: 1
        )
    }
}
