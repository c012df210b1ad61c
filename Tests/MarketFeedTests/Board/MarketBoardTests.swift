import Foundation
import MarketFeed
import Markets
import Testing

@Suite("The market board")
struct MarketBoardTests {
    let clock = ManualWallClock()
    let board: MarketBoard

    init() {
        board = MarketBoard(now: clock.now)
    }

    private var start: Int64 { Samples.midnight.milliseconds }

    @Test("A ticker is shown in the shape of the contract, to the byte")
    func shape() throws {
        board.list([try Samples.instrument("BTCUSDT", base: "BTC", quote: "USDT")], on: .binance)
        board.ingest([
            try Samples.ticker(
                last: "61837.63",
                open: "62620.00",
                high: "63000",
                low: "61500.5",
                volume: "1234567.89",
                at: start
            ),
            try Samples.quote(bid: "61837.62", ask: "61837.63", receivedAt: start),
        ])
        let symbol = try Samples.symbol()
        let body = try #require(board.ticker(symbol))
        #expect(
            String(decoding: body.bytes, as: UTF8.self) == """
                {"symbol":"BTCUSDT","base":"BTC","quote":"USDT","asset":"BTC","price":"61837.63","change24h":-1.2494,\
                "volume":"1234567.89","high24h":"63000","low24h":"61500.5","bid":"61837.62","ask":"61837.63",\
                "ts":1723161600000,"stale":false,"exchanges":[{"exchange":"binance","price":"61837.63",\
                "change24h":-1.2494,"volume":"1234567.89","bid":"61837.62","ask":"61837.63","ts":1723161600000,\
                "stale":false,"asset":"BTC","setApart":null}]}
                """
        )
        let frame = try #require(board.changes(since: 0).tickers.first)
        #expect(
            String(decoding: frame.payload, as: UTF8.self) == """
                {"type":"ticker","symbol":"BTCUSDT","price":"61837.63","change24h":-1.2494,"volume":"1234567.89",\
                "ts":1723161600000}
                """
        )
    }

    @Test("What is not known is null, never zero")
    func unknown() throws {
        board.ingest([try Samples.ticker(last: "5", open: "0", at: start)])
        let ticker = try json(try #require(board.ticker(try Samples.symbol())).bytes)
        #expect(ticker["bid"] is NSNull)
        #expect(ticker["ask"] is NSNull)
        #expect(ticker["change24h"] is NSNull)
    }

    @Test("An empty side of the book is null")
    func emptySide() throws {
        board.ingest([
            try Samples.ticker(last: "5", at: start),
            try Samples.quote(bid: "0", ask: "5.1", receivedAt: start),
        ])
        let ticker = try json(try #require(board.ticker(try Samples.symbol())).bytes)
        #expect(ticker["bid"] is NSNull)
        #expect(ticker["ask"] as? String == "5.1")
    }

    @Test("Names that need care stay valid JSON", arguments: ["币安人生", "A\"B\\C", "tab\tand\u{1}", "Ünïcödé"])
    func oddNames(base: String) throws {
        board.list([try Samples.instrument("币安人生USDT", base: base, quote: "USDT")], on: .binance)
        board.ingest([try Samples.ticker("币安人生USDT", last: "0.000000000001", at: start)])
        let item = try #require(items(board.tickersBody().bytes).first)
        #expect(item["symbol"] as? String == "币安人生USDT")
        #expect(item["base"] as? String == base)
        #expect(item["price"] as? String == "0.000000000001")
    }

    @Test(
        "Base and quote are told apart while the venue's list is not there yet",
        arguments: [
            ("BTCUSDT", "BTC", "USDT"), ("ETHBTC", "ETH", "BTC"), ("BTCFDUSD", "BTC", "FDUSD"),
            ("SOLUSDT-PERP", "SOL", "USDT"), ("USDTTRY", "USDT", "TRY"), ("WEIRDNAME", "WEIRDNAME", ""),
            ("USDT", "USDT", ""),
        ]
    )
    func splitting(symbol: String, base: String, quote: String) throws {
        board.ingest([try Samples.ticker(symbol, last: "1", at: start)])
        let ticker = try json(try #require(board.ticker(try Samples.symbol(symbol))).bytes)
        #expect(ticker["base"] as? String == base)
        #expect(ticker["quote"] as? String == quote)
    }

    @Test("A trade moves the last price between two tickers")
    func tradesMoveLast() throws {
        board.ingest([try Samples.ticker(last: "100", open: "100", at: start)])
        board.ingest([try Samples.trade(id: 1, price: "101", at: start + 10)])
        let ticker = try json(try #require(board.ticker(try Samples.symbol())).bytes)
        #expect(ticker["price"] as? String == "101")
        #expect(ticker["change24h"] as? Double == 1)
        #expect(ticker["high24h"] as? String == "101")
        #expect(ticker["ts"] as? Int64 == start + 10)
    }

    @Test("A market without tickers is summed from its trades")
    func summedFromTrades() throws {
        board.ingest([
            try Samples.trade(id: 1, price: "100", quantity: "2", at: start),
            try Samples.trade(id: 2, price: "90", quantity: "1", at: start + 3_600_000),
            try Samples.trade(id: 3, price: "110", quantity: "0.5", at: start + 7_200_000),
        ])
        let ticker = try json(try #require(board.ticker(try Samples.symbol())).bytes)
        #expect(ticker["volume"] as? String == "345")
        #expect(ticker["high24h"] as? String == "110")
        #expect(ticker["low24h"] as? String == "90")
        #expect(ticker["change24h"] as? Double == 10)
        board.ingest([try Samples.trade(id: 4, price: "110", quantity: "1", at: start + 86_400_000)])
        let nextDay = try json(try #require(board.ticker(try Samples.symbol())).bytes)
        #expect(nextDay["volume"] as? String == "255")  // the first hour has left the day
    }

    @Test("Late and doubled events do not move the board back")
    func outOfOrder() throws {
        let newest = try Samples.ticker(last: "102", at: start + 200)
        board.ingest([newest])
        board.ingest([try Samples.trade(id: 8, price: "103", at: start + 300)])
        let version = board.version
        let before = board.counters.outOfOrder
        board.ingest([
            newest,
            try Samples.ticker(last: "101", at: start + 100),
            try Samples.trade(id: 8, price: "103", at: start + 300),
            try Samples.trade(id: 7, price: "99", at: start + 300),
            try Samples.trade(id: 6, price: "98", at: start + 290),
        ])
        #expect(board.version == version)
        #expect(board.counters.outOfOrder == before + 5)
        let ticker = try json(try #require(board.ticker(try Samples.symbol())).bytes)
        #expect(ticker["price"] as? String == "103")
    }

    @Test("An older best bid that arrives late is not shown")
    func lateQuote() throws {
        board.ingest([
            try Samples.ticker(last: "100", at: start),
            try Samples.quote(bid: "99", ask: "101", receivedAt: start + 5),
            try Samples.quote(bid: "98", ask: "102", receivedAt: start + 4),
        ])
        let ticker = try json(try #require(board.ticker(try Samples.symbol())).bytes)
        #expect(ticker["bid"] as? String == "99")
    }

    @Test("Beyond its bound a venue's further symbols are refused and counted, the known ones go on")
    func bounded() throws {
        var limits = BoardLimits()
        limits.symbolsPerVenue = 2
        let board = MarketBoard(limits: limits, now: clock.now)
        for symbol in ["AUSDT", "BUSDT", "CUSDT", "DUSDT"] {
            board.ingest([try Samples.ticker(symbol, last: "1", at: start)])
        }
        #expect(board.tickersBody().count == 2)
        #expect(board.counters.beyondBound == 2)
        board.ingest([try Samples.ticker("AUSDT", last: "1.5", at: start + 1)])
        #expect(
            String(decoding: try #require(board.ticker(try Samples.symbol("AUSDT"))).bytes, as: UTF8.self).contains(
                "1.5"
            )
        )
        board.ingest([try Samples.ticker("CUSDT", on: .okx, last: "1", at: start)])
        #expect(board.knows(try Samples.symbol("CUSDT")))  // the bound is each venue's own
    }

    @Test("A venue's list says what is known, and what is halted turns stale")
    func instruments() throws {
        let listed = [
            try Samples.instrument("ETHUSDT", base: "ETH", quote: "USDT"),
            try Samples.instrument("BTCUSDT", base: "BTC", quote: "USDT"),
        ]
        board.list(listed, on: .binance)
        #expect(board.instruments(of: .binance).map(\.symbol.text) == ["BTCUSDT", "ETHUSDT"])
        #expect(board.instruments(of: .okx).isEmpty)
        #expect(board.knows(try Samples.symbol("ETHUSDT")))
        #expect(!board.knows(try Samples.symbol("XRPUSDT")))
        #expect(board.ticker(try Samples.symbol("ETHUSDT")) == nil)

        board.ingest([try Samples.ticker(last: "1", at: start)])
        board.list([try Samples.instrument("BTCUSDT", base: "BTC", quote: "USDT", isTrading: false)], on: .binance)
        let halted = try json(try #require(board.ticker(try Samples.symbol())).bytes)
        #expect(halted["stale"] as? Bool == true)
    }

    @Test("A perpetual shows mark price, index price, open interest and funding of each venue, and the sum of the open")
    func perpetual() throws {
        let symbol = try Samples.symbol("BTCUSDT-PERP")
        for venue in [Venue.binance, .bybit] {
            board.ingest([
                try Samples.ticker(symbol.text, on: venue, last: "100", at: start),
                Samples.event(
                    .openInterest(OpenInterest(symbol: symbol, quantity: try Samples.quantity("12.5"))),
                    on: venue,
                    at: start
                ),
            ])
        }
        let rate = Funding(symbol: symbol, rate: FixedPoint("0.0001"), nextAt: Samples.midnight)
        let mark = Funding(symbol: symbol, rate: nil, markPrice: Price("100.1"), indexPrice: Price("100.2"))
        board.ingest([
            Samples.event(.funding(rate), on: .binance, at: start),
            Samples.event(.funding(mark), on: .binance, at: start + 1),
        ])
        let text = String(decoding: try #require(board.ticker(symbol)).bytes, as: UTF8.self)
        #expect(text.contains(#""openInterest":"25","exchanges":["#))
        #expect(
            text.contains(
                #""markPrice":"100.1","indexPrice":"100.2","openInterest":"12.5","funding":{"rate":"0.0001","#
                    + #""nextAt":"2024-08-09T00:00:00.000Z"}}"#
            )
        )
        #expect(text.contains(#""markPrice":null,"indexPrice":null,"openInterest":"12.5","funding":null}"#))
    }

    @Test("A new mark price makes a new version of the ticker, and no WebSocket message")
    func markPriceMoves() throws {
        let symbol = try Samples.symbol("BTCUSDT-PERP")
        board.ingest([try Samples.ticker(symbol.text, last: "100", at: start)])
        let before = try #require(board.ticker(symbol)).version
        let seen = board.version
        let mark = Samples.event(
            .funding(Funding(symbol: symbol, rate: nil, markPrice: Price("99"))),
            on: .binance,
            at: start
        )
        board.ingest([mark])
        #expect(try #require(board.ticker(symbol)).version > before)
        #expect(board.changes(since: seen).tickers.isEmpty)
        let known = board.version
        board.ingest([mark])
        #expect(board.version == known)
    }

    private func json(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    private func items(_ bytes: [UInt8]) throws -> [[String: Any]] {
        try #require(try json(bytes)["items"] as? [[String: Any]])
    }
}
