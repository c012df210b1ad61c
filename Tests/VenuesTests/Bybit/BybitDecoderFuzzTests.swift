import Markets
import Testing
import Venues

@Suite("Bybit decoder under garbage")
struct BybitDecoderFuzzTests {
    static let seeds: [String] = [
        BybitDecoderTests.trade,
        BybitDecoderTests.kline([]),
        BybitDecoderTests.snapshot,
        BybitDecoderTests.delta(#""bid1Price":"100","lastPrice":"102","fundingRate":"0.0001""#),
        #"{"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1680673821651,"data":{"s":"BTCUSDT","#
            + #""b":[["0.5","3"],["0.4","0"]],"a":[["0.6","1"]],"u":7,"seq":9}}"#,
        #"{"topic":"orderbook.1.BTCUSDT","type":"snapshot","ts":1790409768609,"data":{"s":"BTCUSDT","#
            + #""b":[["84017.5","1.777"]],"a":[["84017.6","2.725"]],"u":9,"seq":8},"cts":1790409768607}"#,
        #"{"topic":"allLiquidation.BTCUSDT","type":"snapshot","ts":1791565601482,"data":[{"T":1791565600992,"#
            + #""s":"BTCUSDT","S":"Buy","v":"0.006","p":"82396.90"}]}"#,
        #"{"success":false,"ret_msg":"error:x,topic:kline.9.BTCUSDT","req_id":"4","op":"subscribe"}"#,
    ]

    @Test(
        "50,000 mutated frames a socket never trap, and what they decode to is possible",
        arguments: BybitCategory.allCases
    )
    func mutated(category: BybitCategory) async {
        let fuzz = await DialectFuzz(
            BybitBench.dialect(category),
            seeds: Self.seeds,
            rounds: 50_000,
            seed: 0x6279_6269
        )
        #expect(fuzz.impossible == 0)
        // Were nearly all refused at the first brace, the fields behind it would go untested.
        #expect(fuzz.taken > 1_000)
        #expect(fuzz.reasons.count >= 8)
    }
}
