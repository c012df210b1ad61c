import Foundation
import Markets
import NIOCore
import TestKit
import Testing
import VenueFuzzing
import Venues

/// The values were read off the recordings by eye.
@Suite("Recorded OKX payloads", .enabled(if: SharedData.isPresent, Recordings.missing))
struct OKXRecordedPayloadTests {
    /// All lines of a file through one dialect, as one connection would bring them.
    private func lines(_ file: String, _ socket: OKXDialect.Socket = .public) throws -> [Decoded] {
        let dialect = OKXBench.dialect(socket)
        return try Recordings.lines("exchanges/okx/ws/\(file)").map { dialect.decoded($0) }
    }

    private func only(_ file: String) throws -> Decoded { try #require(try lines(file).first) }

    @Test("A spot ticker of 2026 is a ticker and a quote, in base and quote units")
    func spotTicker() throws {
        let decoded = try only("spot-tickers-2026.json")
        #expect(decoded.message == .market(.tickers))
        #expect(
            decoded.payloads == [
                try Expected.ticker(
                    "BTCUSDT",
                    last: "83766.8",
                    open: "84180.1",
                    high: "85258.8",
                    low: "83174.7",
                    base: "5449.95415651",
                    quote: "458903124.056360828"
                ),
                try Expected.quote("BTCUSDT", bid: ("83774.1", "0.65302934"), ask: ("83774.2", "0.25697131")),
            ]
        )
        #expect(decoded.times == [1_790_358_564_077, 1_790_358_564_077])
        #expect(decoded.events.first?.venue == .okx && decoded.events.first?.receivedTime == received)
    }

    @Test("A spot trade of 2026 says the taker's side")
    func spotTrade() throws {
        let decoded = try only("spot-trades-2026.json")
        #expect(decoded.message == .market(.trades))
        #expect(decoded.payloads == [try Expected.trade("BTCUSDT", 1_062_992_715, "83772.6", "0.0000178", .buy)])
        #expect(decoded.times == [1_790_358_565_298])
    }

    @Test("A book snapshot of 2026, and the best of five levels")
    func spotBooks() throws {
        let book = try #require(try only("spot-books-snapshot-2026.json").book)
        #expect(book.kind == .snapshot && book.symbol.text == "BTCUSDT" && book.last == 81_625_399_056)
        #expect(book.previous == nil && book.exchangeTime?.milliseconds == 1_790_358_602_106)
        #expect(book.bids == (try Expected.levels([("83800.8", "0.00662505"), ("83799.1", "0.5")])))
        #expect(book.asks == (try Expected.levels([("83800.9", "0.41458754"), ("83802", "0.12")])))
        let best = try only("spot-books5-2026.json")
        #expect(best.message == .market(.quotes))
        #expect(
            best.payloads == [
                try Expected.quote("BTCUSDT", bid: ("83774.1", "0.54571131"), ask: ("83774.2", "0.25697131"))
            ]
        )
        #expect(best.times == [1_790_358_564_306])
    }

    @Test("Funding rate and mark price of 2026 are put together")
    func funding() throws {
        let dialect = OKXBench.dialect()
        let frames = try ["swap-funding-rate-2026.json", "swap-mark-price-2026.json"].map {
            try Recordings.bytes("exchanges/okx/ws/\($0)")
        }
        let rate = dialect.decoded(frames[0])
        #expect(rate.message == .market(.funding))
        #expect(
            rate.payloads == [
                try Expected.funding("BTCUSDT-PERP", rate: "0.0000263463215391", nextAt: 1_790_380_800_000)
            ]
        )
        #expect(rate.times == [1_790_358_563_915])
        let mark = dialect.decoded(frames[1])
        #expect(
            mark.payloads == [
                try Expected.funding(
                    "BTCUSDT-PERP",
                    rate: "0.0000263463215391",
                    nextAt: 1_790_380_800_000,
                    mark: "83679.8"
                )
            ]
        )
        #expect(mark.times == [1_790_358_817_778])
    }

    @Test("Liquidations of 2026: a sell closes a long, sizes are contracts")
    func liquidations() throws {
        let decoded = try lines("liquidation-orders-2026.jsonl")
        #expect(decoded.allSatisfy { $0.message == .market(.liquidations) })
        #expect(
            decoded.flatMap(\.payloads) == [
                try Expected.liquidation("BTCUSDT-PERP", .long, "82655.7", "0.0855"),
                try Expected.liquidation("CELOUSDT-PERP", .short, "0.09583", "19979"),
                try Expected.liquidation("CNPYUSDT-PERP", .short, "0.4162", "21370"),
            ]
        )
        #expect(decoded.flatMap(\.times) == [1_791_565_600_771, 1_791_565_462_608, 1_789_669_898_955])
    }

    @Test("Control replies of 2026: an acknowledgement and a refusal, each of one stream")
    func control() throws {
        let text =
            "Subscribe failed, wrong URL or channel:candle1m,instId:BTC-USDT doesn't exist. Please use the correct URL, "
            + "channel and parameters referring to API document."
        #expect(
            try lines("control-2026.jsonl").map(\.message) == [
                .acknowledged(.stream("tickers:BTC-USDT")),
                .refused(VenueRefusal(.stream("candle1m:BTC-USDT"), code: 60018, text: text)),
            ]
        )
    }

    @Test("Frames of 2022: trades, funding, books, quotes and tickers of spot and swap; candles without a flag refused")
    func mixed2022() throws {
        let decoded = try lines("mixed-2022.jsonl")
        try #require(decoded.count == 13)
        #expect(decoded[0].payloads == [try Expected.trade("BTCUSDT", 314_161_276, "43474.1", "0.00373695", .buy)])
        #expect(decoded[1].payloads == [try Expected.trade("BTCUSDT-PERP", 219_066_264, "43568.8", "0.07", .buy)])
        #expect(
            decoded[2].payloads == [
                try Expected.funding("BTCUSDT-PERP", rate: "0.0001534702159002", nextAt: 1_646_323_200_000)
            ]
        )
        #expect(decoded[2].times == [nil])
        let snapshot = try #require(decoded[3].book)
        #expect(snapshot.kind == .snapshot && snapshot.bids.count == 3 && snapshot.asks.count == 3)
        #expect(snapshot.bids.first == (try Expected.levels([("43666", "0.00278174")])).first)
        let changes = try #require(decoded[4].book)
        #expect(changes.kind == .changes && changes.previous == snapshot.last && changes.last == snapshot.last + 1)
        #expect(changes.bids == (try Expected.levels([("43675.6", "0.05")])))
        #expect(changes.asks == (try Expected.levels([("43736.2", "0.1358")])))
        let quotes = try [
            Expected.quote("BTCUSDT", bid: ("30221.7", "0.30608367"), ask: ("30221.8", "0.00439")),
            Expected.quote("BTCUSDT-PERP", bid: ("31806.5", "0.54"), ask: ("31806.6", "1.59")),
            Expected.quote("BTCUSDT", bid: ("31774.6", "0.3392211"), ask: ("31774.7", "0.14368878")),
            Expected.quote("BTCUSDT-PERP", bid: ("20386.7", "0.5"), ask: ("20386.8", "0.07")),
        ]
        #expect(decoded[5...8].flatMap(\.payloads) == quotes)
        #expect(decoded[9].refusal == FrameRefusal(.fieldMissing, field: "8") && decoded[9].events.isEmpty)
        #expect(decoded[10].refusal == FrameRefusal(.fieldMissing, field: "8") && decoded[10].events.isEmpty)
        try tickers2022(decoded[11], decoded[12])
    }

    private func tickers2022(_ spot: Decoded, _ swap: Decoded) throws {
        #expect(
            spot.payloads == [
                try Expected.ticker(
                    "BTCUSDT",
                    last: "29934",
                    open: "31588.3",
                    high: "31899.8",
                    low: "29318.7",
                    base: "9935.14546361",
                    quote: "302140058.01215828"
                ),
                try Expected.quote("BTCUSDT", bid: ("29934", "0.05181315"), ask: ("29934.1", "0.30918743")),
            ]
        )
        // 10,854,053 contracts of 0.01 are the 108,540.53 that the venue gives; at 29,963 they are the quote volume.
        #expect(
            swap.payloads == [
                try Expected.ticker(
                    "BTCUSDT-PERP",
                    last: "29963",
                    open: "31589.3",
                    high: "31907.2",
                    low: "29302",
                    base: "108540.53",
                    quote: "3252199900.39"
                ),
                try Expected.quote("BTCUSDT-PERP", bid: ("29959.9", "4.31"), ask: ("29960", "0.12")),
            ]
        )
    }

    @Test("Swap frames of 2021: a book, funding, a trade, a ticker, mark price, open interest, a quote")
    func mixed2021() throws {
        let decoded = try lines("swap-mixed-2021.jsonl")
        try #require(decoded.count == 8)
        let book = try #require(decoded[0].book)
        #expect(book.kind == .changes && book.symbol.text == "RENUSDT-PERP")
        #expect(book.bids == (try Expected.levels([("0.65441", "10"), ("0.65418", "0")])))
        #expect(book.asks == (try Expected.levels([("0.65442", "140")])))
        let funding = try Expected.funding("WNCGUSDT-PERP", rate: "0.00048105", nextAt: 1_640_131_200_000)
        #expect(decoded[1].payloads == [funding])
        #expect(decoded[2].payloads == [try Expected.trade("BTCUSDT-PERP", 148_266_905, "48938.5", "0.05", .buy)])
        #expect(
            decoded[3].payloads == [
                try Expected.ticker(
                    "WNCGUSDT-PERP",
                    last: "2.1729",
                    open: "2.164",
                    high: "2.25",
                    low: "2.1493",
                    base: "803940",
                    quote: "1746881.226"
                ),
                try Expected.quote("WNCGUSDT-PERP", bid: ("2.1737", "2"), ask: ("2.1738", "168")),
            ]
        )
        let index = try Expected.funding(
            "WNCGUSDT-PERP",
            rate: "0.00048105",
            nextAt: 1_640_131_200_000,
            index: "2.1675"
        )
        #expect(decoded[4].payloads == [index])
        let mark = try Expected.funding(
            "WNCGUSDT-PERP",
            rate: "0.00048105",
            nextAt: 1_640_131_200_000,
            mark: "2.1729",
            index: "2.1675"
        )
        #expect(decoded[5].payloads == [mark])
        #expect(decoded[6].payloads == [try Expected.openInterest("WNCGUSDT-PERP", "644195")])
        let quote = try Expected.quote("BTCUSDT-PERP", bid: ("38632.3", "9.9"), ask: ("38632.4", "7.27"))
        #expect(decoded[7].payloads == [quote])
    }

    /// Sums computed with Python's `json` and `decimal` from the same file.
    @Test("Eleven seconds of 2022: every message read, sums equal to independently computed ones")
    func session() throws {
        let dialect = OKXBench.dialect()
        var events: [MarketEvent] = []
        var acknowledgements = 0
        for frame in try Recordings.sessionFrames("exchanges/okx/ws/session-3instruments-2022.jsonl.gz") {
            let decoded = dialect.decoded(frame)
            if case .acknowledged = decoded.message { acknowledgements += 1 }
            events += decoded.events
        }
        #expect(acknowledgements == 18)
        #expect(dialect.refusals.total == 0)
        let trades = events.compactMap { event in
            if case .trade(let trade) = event.payload { trade } else { nil }
        }
        let sum = { (values: [FixedPoint?]) in
            values.reduce(FixedPoint.zero) { sum, value in value.flatMap { sum.adding($0) } ?? sum }
        }
        #expect(trades.count == 69 && trades.count { $0.takerSide == .buy } == 44)
        #expect(sum(trades.map(\.quantity.value)) == FixedPoint("3.48657495"))
        #expect(sum(trades.map { ($0.price * $0.quantity)?.value }) == FixedPoint("105393.143833072"))
        #expect(trades.last?.id == 338_476_375)
        #expect(events.count - trades.count == 50, "25 tickers and 25 quotes")
    }

    /// The venue's checksum: CRC-32 of the 25 best levels, `bid:size:ask:size:…`, as OKX still sent it in 2022.
    @Test("Every book of the session is the one that the venue's checksum is of: 290 of 290")
    func checksums() throws {
        let dialect = OKXDialect(.public, endpoints: OKXBench.endpoints)
        // As if one contract were one coin, so that sizes stay as the checksum has them.
        dialect.learn(
            [("BTCUSDT", "BTC-USDT"), ("BTCUSD-PERP", "BTC-USD-220527"), ("UNIUSD-PERP", "UNI-USD-SWAP")]
                .compactMap { OKXBench.instrument($0.0, $0.1) }
        )
        var random = SplitMix(seed: 1)
        var books: [Int: BookSync] = [:]
        var matches = 0
        for frame in try Recordings.sessionFrames("exchanges/okx/ws/session-3instruments-2022.jsonl.gz") {
            guard let book = dialect.decoded(frame).book else { continue }
            let step = books[book.market, default: BookSync(book.symbol, rule: .okx, depth: 400)]
                .receive(book, at: .uptimeNanoseconds(1), using: &random)
            #expect(step.request == nil && step.update?.kind != .lost)
            let sync = try #require(books[book.market])
            if CRC32.of(sync.book) == (try Self.checksum(frame)) { matches += 1 }
        }
        #expect(matches == 290)
        #expect(books.count == 3 && books.values.allSatisfy { $0.state == .live })
    }

    private static func checksum(_ frame: [UInt8]) throws -> Int32 {
        let text = String(decoding: frame, as: UTF8.self)
        let start = try #require(text.firstRange(of: #""checksum":"#)).upperBound
        return try #require(Int32(text[start...].prefix { $0 == "-" || $0.isNumber }))
    }
}

/// The checksum of zip archives, which OKX took over its books.
private enum CRC32 {
    static func of(_ book: OrderBook) -> Int32 {
        let (bids, asks) = book.top(25)
        var parts: [String] = []
        for index in 0..<25 {
            for side in [bids, asks] where side.indices.contains(index) {
                parts += [side[index].price.description, side[index].quantity.description]
            }
        }
        return Int32(bitPattern: of(Array(parts.joined(separator: ":").utf8)))
    }

    private static func of(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 {
                let isOdd = crc & 1 == 1
                crc >>= 1
                if isOdd { crc ^= 0xedb8_8320 }
            }
        }
        return ~crc
    }
}
