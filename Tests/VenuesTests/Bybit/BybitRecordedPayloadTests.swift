import Foundation
import Markets
import NIOCore
import TestKit
import Testing
import VenueFuzzing
import Venues

/// The values were read off the recordings by eye.
@Suite("Recorded Bybit payloads", .enabled(if: SharedData.isPresent, Recordings.missing))
struct BybitRecordedPayloadTests {
    /// All lines of a file through one dialect, as one connection would bring them.
    private func lines(_ file: String, _ category: BybitCategory = .linear) throws -> [Decoded] {
        let dialect = BybitBench.dialect(category)
        return try Recordings.lines("exchanges/bybit/ws/\(file)").map { dialect.decoded($0) }
    }

    @Test("A liquidation of 2025: S is the position's side, so that Sell is a short that was closed")
    func liquidation2025() throws {
        let decoded = try #require(try lines("linear-allLiquidation-2025.json").first)
        #expect(decoded.message == .market(.liquidations))
        #expect(decoded.payloads == [try Expected.liquidation("PIPPINUSDT-PERP", .short, "0.02456", "2846")])
        #expect(decoded.times == [1_740_480_207_110])
        #expect(decoded.events.first?.venue == .bybit && decoded.events.first?.receivedTime == received)
    }

    @Test("Liquidations of 2026: two longs of bitcoin in one frame, a long and a short of others")
    func liquidations2026() throws {
        let decoded = try lines("linear-allLiquidation-2026.jsonl")
        #expect(
            decoded.flatMap(\.payloads) == [
                try Expected.liquidation("BTCUSDT-PERP", .long, "82396.9", "0.006"),
                try Expected.liquidation("BTCUSDT-PERP", .long, "82394.3", "0.038"),
                try Expected.liquidation("ICPUSDT-PERP", .long, "2.585", "19.7"),
                try Expected.liquidation("MARSCOINUSDT-PERP", .short, "0.12734", "2380"),
            ]
        )
        #expect(
            decoded.flatMap(\.times) == [1_791_565_600_992, 1_791_565_601_058, 1_789_670_094_099, 1_789_670_278_053]
        )
    }

    @Test("An open candle of 2026")
    func candle() throws {
        let decoded = try #require(try lines("linear-kline1-2026.json").first)
        let candle = try Expected.candle(
            "BTCUSDT-PERP",
            at: 1_790_409_720_000,
            (open: "84045", high: "84045", low: "84017.8", close: "84017.8"),
            base: "7.316",
            quote: "614833.7084",
            isClosed: false
        )
        #expect(decoded.message == .market(.candles))
        #expect(decoded.payloads == [.candle(candle)])
        #expect(decoded.times == [1_790_409_768_441])
    }

    @Test("A book of one level of 2026 is a quote")
    func best() throws {
        let decoded = try #require(try lines("linear-orderbook1-2026.json").first)
        #expect(decoded.message == .market(.quotes))
        #expect(
            decoded.payloads == [
                try Expected.quote("BTCUSDT-PERP", bid: ("84017.5", "1.777"), ask: ("84017.6", "2.725"))
            ]
        )
        #expect(decoded.times == [1_790_409_768_609])
    }

    @Test("Control replies of 2026: an acknowledgement, a pong, and a refusal that names the topic")
    func control() throws {
        let text = "error:handler not found,topic:liquidation.BTCUSDT"
        #expect(
            try lines("control-2026.jsonl").map(\.message) == [
                .acknowledged(.oldest), .pong,
                .refused(VenueRefusal(.oldest, stream: "liquidation.BTCUSDT", code: 0, text: text)),
            ]
        )
    }

    @Test("The retired liquidation topic is left out and nothing is refused")
    func retired() throws {
        let decoded = try lines("legacy-liquidation-2023.jsonl")
        #expect(decoded.map(\.message) == [.ignored, .ignored])
        #expect(decoded.allSatisfy { $0.events.isEmpty && $0.counts.total == 0 })
    }

    @Test("Frames of 2023: a trade, quotes whole and changed, a book, a ticker; inverse markets are left out")
    func mixed2023() throws {
        let decoded = try lines("mixed-2023.jsonl")
        try #require(decoded.count == 10)
        #expect([0, 6, 7].allSatisfy { decoded[$0].message == .ignored && decoded[$0].events.isEmpty })

        let trade = try Expected.trade("LTCUSDT-PERP", 1_077_730_719_106_782_354, "94.53", "0.4", .buy)
        #expect(decoded[1].message == .market(.trades))
        #expect(decoded[1].payloads == [trade])
        #expect(decoded[1].times == [1_680_688_979_983])

        let ask = ("28552.1", "25.433")
        #expect(decoded[2].payloads == [try Expected.quote("BTCUSDT-PERP", bid: ("28552", "0.047"), ask: ask)])
        #expect(decoded[3].payloads == [try Expected.quote("BTCUSDT-PERP", bid: ("28552", "0.012"), ask: ask)])
        let moved = try Expected.quote("BTCUSDT-PERP", bid: ("27991.7", "0.777"), ask: ("27994.4", "0.058"))
        #expect(decoded[9].payloads == [moved])
        #expect(decoded[9].times == [1_682_092_584_425])

        let snapshot = try #require(decoded[4].book)
        #expect(snapshot.kind == .snapshot && snapshot.symbol.text == "BTCUSDC-PERP" && snapshot.last == 20_683_568)
        #expect(snapshot.bids == (try Expected.levels([("28555.2", "0.597")])))
        #expect(snapshot.asks == (try Expected.levels([("28555.3", "0.225")])))
        let changes = try #require(decoded[5].book)
        #expect(changes.kind == .changes && changes.last == 20_683_569 && changes.market == snapshot.market)
        #expect(changes.bids == (try Expected.levels([("28555.2", "0.677")])))
        #expect(changes.asks == (try Expected.levels([("28555.3", "0.029")])))
        #expect(changes.exchangeTime?.milliseconds == 1_680_673_821_651)

        #expect(decoded[8].payloads == (try Self.ticker2023()))
        #expect(decoded[8].times == Array(repeating: 1_680_673_821_770, count: 4))
    }

    /// The ticker of 3 April 2023, whose open interest counts both sides.
    private static func ticker2023() throws -> [MarketEvent.Payload] {
        [
            try Expected.ticker(
                "BTCUSDT-PERP",
                last: "28550.7",
                open: "27899.7",
                high: "28797.1",
                low: "27842.8",
                base: "151185.516",
                quote: "4273027716.4294"
            ),
            try Expected.quote("BTCUSDT-PERP", bid: ("28550.7", "2.049"), ask: ("28550.8", "15.328")),
            try Expected.openInterest("BTCUSDT-PERP", "26387.264"),
            try Expected.funding(
                "BTCUSDT-PERP",
                rate: "0.0001",
                nextAt: 1_680_681_600_000,
                mark: "28552.81",
                index: "28562.25"
            ),
        ]
    }

    @Test("Inverse trades of 2023 read as any others where the market is known")
    func inverseTrades() throws {
        let dialect = BybitDialect(.linear, endpoints: BybitBench.endpoints)
        dialect.learn([try #require(BybitBench.instrument("BTCUSD-PERP", "BTCUSD"))])
        let frame = try #require(try Recordings.lines("exchanges/bybit/ws/mixed-2023.jsonl").first)
        let decoded = dialect.decoded(frame)
        #expect(
            decoded.payloads == [
                try Expected.trade("BTCUSD-PERP", 7_295_175_510_288_669_212, "28560.5", "5823", .buy),
                try Expected.trade("BTCUSD-PERP", 7_647_752_810_083_766_473, "28560.5", "3", .buy),
                try Expected.trade("BTCUSD-PERP", 2_516_550_901_173_122_893, "28560.5", "5593", .buy),
            ]
        )
    }

    /// Computed with Python's `json` and `decimal` from the same file.
    @Test("Fifty frames of a book of 500 levels end in the book that an independent reading ends in")
    func book500() throws {
        let decoded = try lines("linear-orderbook500-XRPUSDT-2024.jsonl.gz")
        let frames = decoded.compactMap(\.book)
        try #require(frames.count == 50 && decoded.count == 50)
        var random = SplitMix(seed: 1)
        var sync = BookSync(frames[0].symbol, rule: .bybit)
        for frame in frames {
            let step = sync.receive(frame, at: .uptimeNanoseconds(1), using: &random)
            #expect(step.request == nil && step.update?.kind != .lost)
        }
        #expect(sync.state == .live)
        let (bids, asks) = (sync.book.bids, sync.book.asks)
        #expect(bids.count == 500 && asks.count == 500)
        #expect(bids.first == (try Expected.levels([("1.9537", "10605")])).first)
        #expect(asks.first == (try Expected.levels([("1.9538", "6702")])).first)
        #expect(bids.map(\.quantity.value).reduce(.zero) { $0.adding($1) ?? $0 } == FixedPoint("8328816"))
        #expect(asks.map(\.quantity.value).reduce(.zero) { $0.adding($1) ?? $0 } == FixedPoint("9911460"))
        #expect(frames.reduce(0) { $0 + $1.bids.count + $1.asks.count } == 3966)
    }
}
