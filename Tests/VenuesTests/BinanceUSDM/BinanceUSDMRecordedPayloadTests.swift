import Foundation
import Markets
import TestKit
import Testing
import Venues

/// The values were read off the recordings by eye.
@Suite("Recorded Binance USD-M payloads", .enabled(if: SharedData.isPresent, Recordings.missing))
struct BinanceUSDMRecordedPayloadTests {
    private func lines(_ file: String) throws -> [Decoded] {
        let dialect = BinanceUSDMBench.dialect()
        return try Recordings.lines("exchanges/binance/ws/\(file)").map { dialect.decoded($0) }
    }

    @Test("The quote of 2026 has an event type, times and its family")
    func quote2026() throws {
        let decoded = try #require(try lines("usdm-bookTicker-2026.json").first)
        #expect(decoded.message == .market(.quotes))
        #expect(
            decoded.payloads == [
                try Expected.quote("ETHUSDT-PERP", bid: ("1943.64", "113.445"), ask: ("1943.65", "182.433"))
            ]
        )
        #expect(decoded.times == [1_785_121_247_584])
    }

    @Test("The aggregate trade of 2026: the buyer was the maker, so the taker sold")
    func trade2026() throws {
        let decoded = try #require(try lines("usdm-stream-aggTrade-2026.json").first)
        #expect(decoded.message == .market(.trades))
        #expect(decoded.payloads == [try Expected.trade("BTCUSDT-PERP", 3_478_018_549, "83434.4", "0.016", .sell)])
        #expect(decoded.times == [1_791_391_081_874])
    }

    @Test("Forced sells of 2026 closed longs, at the average price of what was filled")
    func forceOrders2026() throws {
        let decoded = try lines("usdm-forceOrder-2026.jsonl")
        #expect(decoded.map(\.message) == [.market(.liquidations), .market(.liquidations)])
        #expect(
            decoded.map(\.payloads) == [
                [try Expected.liquidation("ILVUSDT-PERP", .long, "3.85642", "116.5")],
                [try Expected.liquidation("BTCUSDT-PERP", .long, "82651.9", "0.19")],
            ]
        )
        #expect(decoded.flatMap(\.times) == [1_791_391_082_119, 1_791_565_602_120])
    }

    @Test("Frames of 2019 to 2021, without families and with fields missing")
    func mixed2019() throws {
        let decoded = try lines("usdm-mixed-2019-2021.jsonl")
        try #require(decoded.count == 9)
        // The first aggregate trades of this venue had no number of their own.
        #expect(decoded[0].refusal == FrameRefusal(.fieldMissing, field: "a"))
        #expect(
            decoded[1].payloads == [
                try Expected.ticker(
                    "BTCUSDT-PERP",
                    last: "10223.74",
                    open: "10311.91",
                    high: "10329.38",
                    low: "10080.7",
                    base: "20248.9",
                    quote: "207024349.13"
                )
            ]
        )
        #expect(
            decoded[2].payloads == [
                try Expected.funding(
                    "BTCUSDT-PERP",
                    rate: "0.0001",
                    nextAt: 1_569_916_800_000,
                    mark: "8291.34697815"
                )
            ]
        )
        #expect(decoded[3].payloads == [try Expected.trade("BTCUSDT-PERP", 10_934_580, "7627.6", "0.044", .buy)])
        #expect(
            decoded[4].payloads == [
                try Expected.funding(
                    "BTCUSDT-PERP",
                    rate: "0.0001564",
                    nextAt: 1_597_564_800_000,
                    mark: "11857.56",
                    index: "11851.86949091"
                )
            ]
        )
        #expect(decoded[5].payloads == [try Expected.trade("BTCUSDT-PERP", 173_525_189, "11343.67", "0.467", .sell)])
        #expect(decoded[6].payloads == [try Expected.liquidation("BTCUSDT-PERP", .short, "4706.04", "0.014")])
        #expect(decoded[6].times == [1_584_059_031_421])
        // A dated contract, which the listing of perpetuals has not.
        #expect(decoded[7].message == .ignored)
        #expect(
            decoded[8].payloads == [
                try Expected.quote("BTCUSDT-PERP", bid: ("33134.42", "0.17"), ask: ("33139.39", "0.38"))
            ]
        )
    }

    @Test("Frames of 2021 and 2022: trades, funding, books and figures")
    func mixed2021() throws {
        let decoded = try lines("usdm-mixed-2021-2022.jsonl")
        try #require(decoded.count == 7)
        #expect(decoded[0].payloads == [try Expected.trade("BTCUSDT-PERP", 389_551_486, "58665", "0.043", .buy)])
        #expect(
            decoded[1].payloads == [
                try Expected.funding(
                    "BTCUSDT-PERP",
                    rate: "0.00058455",
                    nextAt: 1_617_321_600_000,
                    mark: "58940.14924532",
                    index: "58857.26693664"
                )
            ]
        )
        #expect(decoded[2].message == .market(.funding))
        #expect(
            decoded[2].payloads == [
                try Expected.funding(
                    "BTCUSDT-PERP",
                    rate: "0.00058959",
                    nextAt: 1_617_321_600_000,
                    mark: "59022.53514719",
                    index: "58936.68384"
                ),
                try Expected.funding(
                    "ETHUSDT-PERP",
                    rate: "0.00059142",
                    nextAt: 1_617_321_600_000,
                    mark: "1981.1570442",
                    index: "1978.08197502"
                ),
            ]
        )
        let book = try #require(decoded[3].book)
        #expect(book.kind == .changes && book.symbol.text == "BTCUSDT-PERP")
        #expect(book.first == 475_776_377_463 && book.last == 475_776_380_184)
        #expect(book.previous == 475_776_377_452)
        #expect(book.exchangeTime?.milliseconds == 1_622_371_244_693)
        #expect(book.bids == (try Expected.levels([("35729.77", "1.6"), ("35750", "5.106")])))
        #expect(book.asks == (try Expected.levels([("35819.2", "0.211"), ("35820.31", "0.001")])))
        // The top of a book in the shape of a change of it.
        #expect(decoded[4].message == .ignored)
        #expect(
            decoded[5].payloads == [
                try Expected.ticker(
                    "ETHUSDT-PERP",
                    last: "1782.02",
                    open: "1757.33",
                    high: "1809.33",
                    low: "1750.45",
                    base: "1678290.411",
                    quote: "2990736920.72"
                )
            ]
        )
        #expect(decoded[6].message == .market(.tickers))
        #expect(
            decoded[6].payloads == [
                try Expected.ticker(
                    "IOTXUSDT-PERP",
                    last: "0.03529",
                    open: "0.03476",
                    high: "0.03645",
                    low: "0.03465",
                    base: "346584392",
                    quote: "12312309.61"
                )
            ]
        )
        #expect(decoded[6].times == [1_653_814_800_126])
    }

    @Test("COIN-M frames, which reach all-market streams since 2026, leave nothing")
    func coinM() throws {
        let decoded = try lines("coinm-mixed-2021-2022.jsonl")
        #expect(decoded.map(\.message) == [.ignored, .ignored, .ignored])
        #expect(decoded.allSatisfy { $0.events.isEmpty && $0.counts.total == 0 })
    }

    /// Computed with Python's `json` and `decimal` from the same files.
    @Test(
        "Whole sessions give every event, and sums equal to independently computed ones",
        arguments: [
            (
                "usdm-session-BTCUSDT-2024.jsonl.gz",
                SessionFigures(
                    frames: 93_953,
                    trades: 21_313,
                    buys: 9616,
                    volume: "2429.366",
                    notional: "149845680.8898",
                    quotes: 66_089,
                    bids: "4078794124.5",
                    asks: "4078807625.3",
                    depthFrames: 6551,
                    levels: 443_521,
                    levelQuantity: "3131306.69",
                    candles: 0,
                    closedCandles: 0,
                    candleVolume: "0"
                )
            ),
            (
                "usdm-session-4symbols-2021.jsonl.gz",
                SessionFigures(
                    frames: 1535,
                    trades: 91,
                    buys: 47,
                    volume: "177768",
                    notional: "37718.22059",
                    quotes: 613,
                    bids: "2488.5782",
                    asks: "2489.52028",
                    depthFrames: 764,
                    levels: 6297,
                    levelQuantity: "521026210",
                    candles: 67,
                    closedCandles: 4,
                    candleVolume: "1450815"
                )
            ),
        ]
    )
    func session(file: String, expected: SessionFigures) throws {
        let dialect = BinanceUSDMBench.dialect()
        var figures = SessionFigures()
        for frame in try Recordings.sessionFrames("exchanges/binance/ws/\(file)") {
            figures.add(dialect.decoded(frame))
        }
        #expect(dialect.refusals.total == 0)
        #expect(figures == expected)
    }
}

/// What a recorded session holds.
struct SessionFigures: Equatable, Sendable {
    var frames = 0
    var trades = 0
    var buys = 0
    var volume = FixedPoint.zero
    var notional = FixedPoint.zero
    var quotes = 0
    var bids = FixedPoint.zero
    var asks = FixedPoint.zero
    var depthFrames = 0
    var levels = 0
    var levelQuantity = FixedPoint.zero
    var candles = 0
    var closedCandles = 0
    var candleVolume = FixedPoint.zero

    mutating func add(_ decoded: Decoded) {
        frames += 1
        if let book = decoded.book {
            depthFrames += 1
            levels += book.bids.count + book.asks.count
            for level in book.bids + book.asks { Self.add(level.quantity.value, to: &levelQuantity) }
        }
        for event in decoded.events { add(event.payload) }
    }

    private mutating func add(_ payload: MarketEvent.Payload) {
        switch payload {
        case .trade(let trade):
            trades += 1
            if trade.takerSide == .buy { buys += 1 }
            Self.add(trade.quantity.value, to: &volume)
            Self.add((trade.price * trade.quantity)?.value, to: &notional)
        case .quote(let quote):
            quotes += 1
            Self.add(quote.bid.value, to: &bids)
            Self.add(quote.ask.value, to: &asks)
        case .candle(let candle):
            candles += 1
            if candle.isClosed { closedCandles += 1 }
            Self.add(candle.volume.value, to: &candleVolume)
        case .ticker, .book, .liquidation, .openInterest, .funding:
            Issue.record("the sessions hold nothing of this kind")
        }
    }

    private static func add(_ value: FixedPoint?, to sum: inout FixedPoint) {
        guard let value, let next = sum.adding(value) else {
            Issue.record("a sum left the range")
            return
        }
        sum = next
    }
}

extension SessionFigures {
    init(
        frames: Int,
        trades: Int,
        buys: Int,
        volume: String,
        notional: String,
        quotes: Int,
        bids: String,
        asks: String,
        depthFrames: Int,
        levels: Int,
        levelQuantity: String,
        candles: Int,
        closedCandles: Int,
        candleVolume: String
    ) {
        self.init(
            frames: frames,
            trades: trades,
            buys: buys,
            volume: FixedPoint(volume) ?? .zero,
            notional: FixedPoint(notional) ?? .zero,
            quotes: quotes,
            bids: FixedPoint(bids) ?? .zero,
            asks: FixedPoint(asks) ?? .zero,
            depthFrames: depthFrames,
            levels: levels,
            levelQuantity: FixedPoint(levelQuantity) ?? .zero,
            candles: candles,
            closedCandles: closedCandles,
            candleVolume: FixedPoint(candleVolume) ?? .zero
        )
    }
}
