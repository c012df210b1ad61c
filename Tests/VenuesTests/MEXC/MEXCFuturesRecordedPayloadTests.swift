import Markets
import TestKit
import Testing
import Venues

/// The values were read off the recordings by eye; quantities are contracts times the size of the tests' contracts.
@Suite("Recorded MEXC futures payloads", .enabled(if: SharedData.isPresent, Recordings.missing))
struct MEXCFuturesRecordedPayloadTests {
    private func lines(_ file: String) throws -> [Decoded] {
        let dialect = MEXCBench.futures()
        return try Recordings.lines("exchanges/mexc/ws/\(file)").map { dialect.decoded($0) }
    }

    @Test("Trades of 2025 and 2026, in arrays")
    func deals() throws {
        let two = try #require(try lines("futures-deal-2025.json").first)
        #expect(two.message == .market(.trades))
        #expect(
            two.payloads == [
                try Expected.trade("BTCUSDT-PERP", 13_064_218_826, "115309.8", "0.0055", .sell),
                try Expected.trade("BTCUSDT-PERP", 13_064_218_827, "115309.8", "0.0011", .buy),
            ]
        )
        #expect(two.times == [1_755_487_578_276, 1_755_487_578_275])
        let one = try #require(try lines("futures-deal-2026.json").first)
        #expect(one.payloads == [try Expected.trade("BTCUSDT-PERP", 16_435_741_160, "84062.6", "0.0013", .buy)])
        #expect(one.times == [1_790_870_038_339])
    }

    @Test("A candle of 2026 with its opening in seconds and its volume in contracts")
    func kline() throws {
        let candle = try Expected.candle(
            "BTCUSDT-PERP",
            at: 1_790_869_980_000,
            (open: "84109.4", high: "84114.5", low: "84054", close: "84062.6"),
            base: "21.1601",
            quote: "1779128.94",
            isClosed: false
        )
        let decoded = try #require(try lines("futures-kline-Min1-2026.json").first)
        #expect(decoded.message == .market(.candles))
        #expect(decoded.payloads == [.candle(candle)])
        #expect(decoded.times == [1_790_870_038_344])
    }

    @Test("A contract's ticker of 2026: figures, open interest, funding")
    func ticker() throws {
        let decoded = try #require(try lines("futures-ticker-2026.json").first)
        #expect(decoded.message == .market(.tickers))
        #expect(
            decoded.payloads == [
                try Expected.ticker(
                    "BTCUSDT-PERP",
                    last: "84055",
                    open: "84102.2",
                    high: "84461.9",
                    low: "83136.6",
                    base: "31105.1901",
                    quote: "2606920596.04"
                ),
                try Expected.openInterest("BTCUSDT-PERP", "54688.2118"),
                try Expected.funding("BTCUSDT-PERP", rate: "0.000072", mark: "84063.8", index: "84104"),
            ]
        )
        #expect(decoded.times == [Int64?](repeating: 1_790_870_036_854, count: 3))
    }

    @Test("A row of all contracts' tickers of 2026, whose opening price follows from the fraction")
    func tickers() throws {
        let decoded = try #require(try lines("futures-tickers-2026.json").first)
        #expect(
            decoded.payloads == [
                try Expected.ticker(
                    "WCTUSDT-PERP",
                    last: "0.04114",
                    open: "0.042377420683971982",
                    high: "0.04297",
                    low: "0.04068",
                    base: "3765050",
                    quote: "157589.74"
                ),
                try Expected.funding("WCTUSDT-PERP", rate: nil, mark: "0.04116", index: "0.04119"),
            ]
        )
        guard case .ticker(let ticker) = decoded.payloads.first else { return }
        // The venue says -2.92 %.
        #expect(abs((ticker.changePercent24h ?? 0) + 2.92) < 1e-9)
    }

    @Test("Changes of books of 2026, merged and not, in contracts")
    func depth() throws {
        let books = try lines("futures-depth-delta-2026.jsonl").map { try #require($0.book) }
        try #require(books.count == 4)
        #expect(
            books.map(\.symbol.text) == [
                "DOGEUSDT-PERP", "SKHYNIXSTOCKUSDT-PERP", "ETHUSDT-PERP", "ETHUSDT-PERP",
            ]
        )
        #expect(books.allSatisfy { $0.kind == .changes && $0.previous == nil })
        #expect(books.map(\.first) == [8_752_807_948, 1_111_084_806, 37_723_308_980, 37_723_308_981])
        #expect(books.map(\.last) == [8_752_808_003, 1_111_084_807, 37_723_308_980, 37_723_308_981])
        #expect(
            books[0].asks
                == (try Expected.levels([
                    ("0.0801", "286800"), ("0.08014", "740500"), ("0.08015", "700000"), ("0.08011", "2624300"),
                    ("0.08012", "531300"), ("0.08039", "6400"), ("0.0805", "8400"), ("0.08009", "270000"),
                ]))
        )
        #expect(
            books[0].bids
                == (try Expected.levels([
                    ("0.08003", "890500"), ("0.08004", "881900"), ("0.07969", "0"), ("0.07979", "675000"),
                    ("0.08006", "520000"), ("0.08007", "387800"), ("0.08008", "345300"), ("0.08009", "0"),
                ]))
        )
        #expect(books[1].asks == (try Expected.levels([("1235.06", "6.06")])))
        #expect(books[1].bids == (try Expected.levels([("1233.04", "0")])))
        #expect(books[2].asks == (try Expected.levels([("2384.59", "0.42")])))
        #expect(books[3].asks == (try Expected.levels([("2384.6", "26.66")])) && books[3].bids.isEmpty)
        #expect(books[0].exchangeTime?.milliseconds == 1_789_498_405_534)
    }

    @Test("The whole top of the book of 2026 is a quote; an older version does not replace a newer one")
    func top() throws {
        let decoded = try lines("futures-depth-full-2026.jsonl")
        #expect(decoded.map(\.message) == [.market(.quotes), .market(.quotes)])
        #expect(
            decoded[0].payloads == [
                try Expected.quote("BTCUSDT-PERP", bid: ("84062.5", "3.4991"), ask: ("84062.6", "6.0366"))
            ]
        )
        #expect(decoded[0].times == [1_790_870_038_460])
        // The file's second frame was recorded a week before its first.
        #expect(decoded[1].events.isEmpty)
        let alone = try #require(try Recordings.lines("exchanges/mexc/ws/futures-depth-full-2026.jsonl").last)
        #expect(
            MEXCBench.futures().decoded(alone).payloads == [
                try Expected.quote("BTCUSDT-PERP", bid: ("86469.4", "4.8926"), ask: ("86469.5", "0.0398"))
            ]
        )
    }

    @Test("Index price, fair price and funding rate of 2026 are each a part of funding")
    func funding() throws {
        #expect(
            try lines("futures-index-fair-funding-2026.jsonl").map(\.payloads) == [
                [try Expected.funding("BTCUSDT-PERP", rate: nil, index: "76027.1")],
                [try Expected.funding("BTCUSDT-PERP", rate: nil, mark: "75986")],
                [try Expected.funding("BTCUSDT-PERP", rate: "0.000081", nextAt: 1_789_516_800_000)],
            ]
        )
    }

    @Test("Replies of 2026 name the method, and an error the contract")
    func control() throws {
        let error = VenueRefusal(
            .oldest(containing: ":NOPE_USDT"),
            code: 0,
            text: "Contract [NOPE_USDT] not exists"
        )
        #expect(
            try lines("futures-control-2026.jsonl").map(\.message) == [
                .acknowledged(.oldest(containing: "sub.depth:")), .refused(error), .pong,
                .acknowledged(.oldest(containing: "sub.depth.full:")),
            ]
        )
    }

    @Test("Frames of 2022: one trade as an object and without a number, a book, its top, a candle, a ticker")
    func mixed2022() throws {
        let decoded = try lines("futures-mixed-2022.jsonl")
        try #require(decoded.count == 5)
        #expect(
            decoded[0].payloads == [
                try Expected.trade("BTCUSDT-PERP", 1_646_999_591_755_000, "39766.5", "0.0032", .sell)
            ]
        )
        let book = try #require(decoded[1].book)
        #expect(book.first == 4_702_740_808 && book.last == 4_702_740_808)
        #expect(book.asks == (try Expected.levels([("39961", "0"), ("39961.5", "0")])))
        #expect(book.bids == (try Expected.levels([("39962.5", "5.8272")])))
        #expect(
            decoded[2].payloads == [
                try Expected.quote("BTCUSDT-PERP", bid: ("31708", "0.321"), ask: ("31708.5", "7.495"))
            ]
        )
        let candle = try Expected.candle(
            "BTCUSDT-PERP",
            at: 1_654_083_480_000,
            (open: "31576", high: "31585.5", low: "31574.5", close: "31575"),
            base: "3.1468",
            quote: "99371.3865",
            isClosed: false
        )
        #expect(decoded[3].payloads == [.candle(candle)])
        #expect(
            decoded[4].payloads == [
                try Expected.ticker(
                    "BTCUSDT-PERP",
                    last: "29911.5",
                    open: "30757.5",
                    high: "31905.5",
                    low: "29316",
                    base: "29514.6577",
                    quote: "898120149.6331"
                ),
                try Expected.openInterest("BTCUSDT-PERP", "1235.7864"),
                try Expected.funding("BTCUSDT-PERP", rate: "0.000072", mark: "29911.1", index: "29926.9"),
            ]
        )
    }
}
