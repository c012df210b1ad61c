import Markets
import Testing
import Venues

@Suite("OKX decoder under garbage")
struct OKXDecoderFuzzTests {
    static let seeds: [String] = [
        OKXDecoderTests.trade,
        OKXDecoderTests.ticker([]),
        OKXDecoderTests.candle(OKXDecoderTests.closed),
        OKXDecoderTests.book("snapshot", #","prevSeqId":-1,"seqId":9"#),
        OKXDecoderTests.book("update", #","prevSeqId":9,"seqId":12"#),
        OKXDecoderTests.liquidation(OKXDecoderTests.detail),
        #"{"arg":{"channel":"bbo-tbt","instId":"BTC-USDT"},"data":[{"asks":[["31774.7","0.14368878","0","3"]],"#
            + #""bids":[["31774.6","0.3392211","0","3"]],"ts":"1654032991947"}]}"#,
        #"{"arg":{"channel":"funding-rate","instId":"BTC-USDT-SWAP"},"data":[{"fundingRate":"0.0001534702159002","#
            + #""fundingTime":"1646323200000","instId":"BTC-USDT-SWAP","instType":"SWAP"}]}"#,
        #"{"arg":{"channel":"mark-price","instId":"BTC-USDT-SWAP"},"data":[{"markPx":"2.1729","ts":"1640131259180"}]}"#,
        #"{"arg":{"channel":"open-interest","instId":"BTC-USDT-SWAP"},"data":[{"oi":"644195","ts":"1640131258756"}]}"#,
        #"{"event":"error","code":"60018","msg":"channel:liquidation-orders,instType:SPOT doesn't exist"}"#,
        #"{"event":"subscribe","arg":{"channel":"tickers","instId":"BTC-USDT"},"connId":"76defc81"}"#,
        "pong",
    ]

    @Test("100,000 mutated frames never trap, and what they decode to is possible")
    func mutated() async {
        let fuzz = await DialectFuzz(OKXBench.dialect(), seeds: Self.seeds, rounds: 100_000, seed: 0x6f6b_785f)
        #expect(fuzz.impossible == 0)
        // Were nearly all refused at the first brace, the fields behind it would go untested.
        #expect(fuzz.taken > 1_000)
        #expect(fuzz.reasons.count >= 8)
    }
}
