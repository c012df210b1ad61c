import Markets
import TestKit
import Testing
import Venues

/// The values are those of the `.decoded.json` beside each recording.
@Suite("Recorded MEXC spot payloads", .enabled(if: SharedData.isPresent, Recordings.missing))
struct MEXCSpotRecordedPayloadTests {
    private func frame(_ file: String) throws -> Decoded {
        MEXCBench.spot().decoded(try Recordings.bytes("exchanges/mexc/ws/\(file)"))
    }

    @Test("The best bid and ask, 100 and 10 ms apart")
    func quotes() throws {
        let slow = try frame("spot-aggre-bookTicker-100ms.bin")
        #expect(slow.message == .market(.quotes))
        #expect(
            slow.payloads == [
                try Expected.quote("BTCUSDT", bid: ("84270", "0.006387"), ask: ("84270.01", "5.42169969"))
            ]
        )
        #expect(slow.times == [1_790_281_243_450])
        let fast = try frame("spot-aggre-bookTicker-10ms.bin")
        #expect(
            fast.payloads == [
                try Expected.quote("BTCUSDT", bid: ("86503.92", "14.91335308"), ask: ("86503.93", "0.004965"))
            ]
        )
        #expect(fast.times == [1_790_145_447_239])
    }

    @Test("Two trades with their own times, a sell and a buy, numbered by the first of each pair of numbers")
    func deals() throws {
        let decoded = try frame("spot-aggre-deals-100ms.bin")
        #expect(decoded.message == .market(.trades))
        #expect(
            decoded.payloads == [
                try Expected.trade("BTCUSDT", 731_901_896_985_399_296, "84270", "0.00099829", .sell),
                try Expected.trade("BTCUSDT", 731_901_896_985_399_298, "84270", "0.00169169", .buy),
            ]
        )
        #expect(decoded.times == [1_790_281_246_176, 1_790_281_246_177])
    }

    @Test("A candle, whose window is in seconds, open")
    func kline() throws {
        let decoded = try frame("spot-kline-Min1.bin")
        let candle = try Expected.candle(
            "BTCUSDT",
            at: 1_790_281_200_000,
            (open: "84300.14", high: "84300.15", low: "84270", close: "84270"),
            base: "2.84044203",
            quote: "239393.69",
            isClosed: false
        )
        #expect(decoded.message == .market(.candles))
        #expect(decoded.payloads == [.candle(candle)])
        #expect(decoded.times == [1_790_281_249_008])
    }

    @Test("The top five levels of the book")
    func limitDepth() throws {
        let book = try #require(try frame("spot-limit-depth-5.bin").book)
        #expect(book.kind == .snapshot && book.symbol.text == "BTCUSDT")
        #expect(book.first == 82_164_155_643 && book.last == 82_164_155_643)
        #expect(book.exchangeTime?.milliseconds == 1_790_281_247_251)
        #expect(
            book.asks
                == (try Expected.levels([
                    ("84270.01", "5.42169969"), ("84270.02", "0.00117646"), ("84270.03", "0.00124397"),
                    ("84270.05", "0.00122284"), ("84270.26", "0.00108947"),
                ]))
        )
        #expect(
            book.bids
                == (try Expected.levels([
                    ("84270", "0.006387"), ("84267.03", "0.002348"), ("84264.15", "0.04789506"),
                    ("84263.45", "0.04789506"), ("84263.4", "2.078531"),
                ]))
        )
    }

    @Test("Replies are JSON text on the same socket")
    func control() throws {
        let dialect = MEXCBench.spot()
        let decoded = try Recordings.lines("exchanges/mexc/ws/spot-control-2026.jsonl").map { dialect.decoded($0) }
        #expect(
            decoded.map(\.message) == [
                .acknowledged(.stream("spot@public.aggre.bookTicker.v3.api.pb@10ms@BTCUSDT")), .pong,
            ]
        )
    }
}
