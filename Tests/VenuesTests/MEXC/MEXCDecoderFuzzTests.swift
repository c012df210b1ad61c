import MEXCWire
import Markets
import Testing
import Venues

@Suite("MEXC decoders under garbage")
struct MEXCDecoderFuzzTests {
    static let futures: [String] = [
        MEXCFuturesDecoderTests.deal, MEXCFuturesDecoderTests.depth, MEXCFuturesDecoderTests.top,
        MEXCFuturesDecoderTests.kline, MEXCFuturesDecoderTests.ticker, MEXCFuturesDecoderTests.tickers,
        MEXCFuturesDecoderTests.funding, #"{"channel":"rs.error","data":"Contract [NOPE_USDT] not exists"}"#,
    ]

    @Test("100,000 mutated futures frames never trap, and what they decode to is possible")
    func futuresFrames() async {
        let fuzz = await DialectFuzz(MEXCBench.futures(), seeds: Self.futures, rounds: 100_000, seed: 0x6d65_7863)
        #expect(fuzz.impossible == 0)
        // Were nearly all refused at the first brace, the fields behind it would go untested.
        #expect(fuzz.taken > 1_000)
        #expect(fuzz.reasons.count >= 8)
    }

    private static func spotFrames() throws -> [[UInt8]] {
        try [
            MEXCBench.push {
                $0.body = MEXCSpotDecoderTests.deals([MEXCSpotDecoderTests.deal(), MEXCSpotDecoderTests.deal()])
            },
            MEXCBench.push { $0.bookTicker = MEXCSpotDecoderTests.ticker() },
            MEXCBench.push { $0.kline = MEXCSpotDecoderTests.kline() },
            MEXCBench.push { $0.depth = MEXCSpotDecoderTests.depth() },
            Array(MEXCSpotDecoderTests.blocked.utf8),
        ]
    }

    @Test("100,000 mutated spot frames never trap, and what they decode to is possible")
    func spotFrames() async throws {
        let fuzz = await DialectFuzz(
            MEXCBench.spot(),
            frames: try Self.spotFrames(),
            rounds: 100_000,
            seed: 0x6d65_7863
        )
        #expect(fuzz.impossible == 0)
        #expect(fuzz.taken > 1_000)
        #expect(fuzz.reasons.count >= 6)
    }
}
